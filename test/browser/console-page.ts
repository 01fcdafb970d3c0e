// The console as a person in front of it has it: a page of its own that remembers what the browser complained about. Used by the tests of this folder.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { BrowserContextOptions, Locator, Page } from 'playwright-core';
import { projectRoot } from '../../local/build.ts';
import type { RunningGuard } from './running-guard.ts';

export interface ConsolePage {
  readonly page: Page;
  /** Errors of scripts, and what the content security policy refused. Answers of the guard that refuse are no complaint. */
  readonly complaints: readonly string[];
  card(): Locator;
  /** A button of the card, by its words. */
  button(name: string): Locator;
  incident(text: string): Locator;
  /** From the page's button over the sign-in page and back. */
  signIn(name: string): Promise<void>;
  close(): Promise<void>;
}

export const ingrid = 'Ingrid Solberg';

export async function openConsole(guard: RunningGuard, options: BrowserContextOptions = {}): Promise<ConsolePage> {
  const context = await guard.browser.newContext({ viewport: { width: 1200, height: 900 }, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) complaints.push(message.text());
  });
  await page.goto(guard.console);
  return {
    page,
    complaints,
    card: () => page.getByTestId('card'),
    button: (name) => page.getByTestId('card').getByRole('button', { name, exact: true }),
    incident: (text) => page.getByTestId('incident').filter({ hasText: text }),
    async signIn(name) {
      await page.getByTestId('sign-in').click();
      await page.getByRole('link', { name }).click();
      await page.getByTestId('sign-out').waitFor();
    },
    close: () => context.close(),
  };
}

/** A picture for the documentation, taken only where it is asked for: a test run leaves the tree as it was. */
export async function picture(what: Page | Locator, name: string): Promise<void> {
  if (process.env.TG_SCREENSHOTS !== '1') return;
  if ('goto' in what) await what.evaluate(() => scrollTo(0, 0));
  const folder = join(projectRoot, 'docs', 'images');
  mkdirSync(folder, { recursive: true });
  await what.screenshot({ path: join(folder, `${name}.png`), animations: 'disabled' });
}

/** The whole page, for people who look whether it is as it should be. */
export async function shot(page: Page, name: string): Promise<void> {
  if (process.env.TG_SCREENSHOTS === '1')
    await page.screenshot({ path: join(projectRoot, '.local', `${name}.png`), fullPage: true, animations: 'disabled' });
}
