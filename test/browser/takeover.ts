// The whole story with a real browser: an attack begins, its card appears, Contain stops it, Undo takes it back. Other tests run while the attack unfolds.
import { describe, expect, it } from 'vitest';
import { contoso, fabrikam } from '../../simulator/worlds/constants.ts';
import { type ConsolePage, ingrid, openConsole, picture } from './console-page.ts';
import { accountOf } from './placed-incident.ts';
import type { Given } from './running-guard.ts';

const victim = 'marta.ferrer@contoso.example';
/** Two rounds of the sample's cadence, and the attacker's own first minute. */
const twoRounds = 60_000;

/** Registers both halves of the story: what comes before the wait for the attack, and what comes after it. */
export function takeover(given: Given): { begins(): void; ends(): void } {
  let at: ConsolePage;
  return {
    begins: () => {
      describe('an account takeover on the console', () => {
        it('asks to sign in, and brings the person back signed in', async () => {
          at = await openConsole(given.guard);
          expect(await at.page.getByTestId('coverage').count()).toBe(0);
          await at.signIn(ingrid);
          expect(await at.page.locator('.person').textContent()).toBe(ingrid);
          expect(new URL(at.page.url()).search).toBe('');
        });

        it('begins by a button', async () => {
          await at.page.getByTestId(`attack-azure-ato-${contoso.id}`).click();
          await at.page.getByTestId('notice').filter({ hasText: 'The attack on Contoso has begun.' }).waitFor();
        });

        it('asks the guard again and again, and is told 304 while nothing changed', async () => {
          const unchanged = await at.page.waitForResponse((answer) => answer.url().includes('/targeted') && answer.status() === 304);
          expect(unchanged.request().headers()['if-none-match']).toMatch(/^"[\w-]{22}"$/);
        });
      });
    },
    ends: () => {
      describe('an account takeover that has been found', () => {
        it('says what can be read in each tenant, and what not', async () => {
          const licensed = at.page.locator(`[data-test=coverage][data-tenant="${contoso.id}"]`);
          await licensed.getByText(/^\s*Everything read to \d{4}-\d\d-\d\d \d\d:\d\d UTC/).waitFor({ timeout: twoRounds });
          const blind = at.page.locator(`[data-test=coverage][data-tenant="${fabrikam.id}"]`);
          await blind.getByText(/^\s*4 of \d+ feeds not read: non-interactive sign-ins, /).waitFor({ timeout: twoRounds });
          expect(await blind.locator('[data-feed="sign-ins.interactive"]').textContent()).toContain(
            'An hour or more late, by the unified audit log, because the tenant has no Entra ID P1',
          );
          await picture(at.page.locator('section').filter({ has: licensed }), 'coverage');
        }, 90_000);

        it('shows the incident within two rounds, with the reason and what Contain will do', async () => {
          await at.incident(victim).waitFor({ timeout: twoRounds });
          // The page has seen that the cases which were placed meanwhile are closed.
          await at.page.getByText('a-very-long-name').first().waitFor({ state: 'hidden' });
          await picture(at.page, 'overview');
          await at.incident(victim).getByRole('link').click();
          // The attacker has registered a method of their own by now: the second stage.
          await at.page.getByTestId('evidence').getByText('Rule azure-ato-2024-takeover').waitFor({ timeout: twoRounds });
          const text = await at.card().innerText();
          expect(text).toContain('Why:');
          expect(text).toContain('Contain: Block sign-in → End sessions → Remove added methods → End sessions again');
          expect(text).toContain('Open apps may last up to an hour.');
          expect(text).toContain('Azure account takeover of 2023 to 2024: marta.ferrer@contoso.example');
          await picture(at.page, 'card');
        }, 90_000);

        it('contains it with one press: verifying first, green only when every step was read back', async () => {
          expect((await accountOf(given.guard, victim)).accountEnabled).toBe(true);
          // Replicas slow enough that the page, which asks every two seconds, must show the time in between; and that a method registered just now is not shown yet.
          await given.guard.control('settings', { lagMs: 8000 });
          await at.button('Contain').click();
          await at.card().getByText('Verifying until every change is visible.').waitFor();
          await at.card().getByText('Contained by Ingrid Solberg').waitFor({ timeout: 60_000 });
          await given.guard.control('settings', { lagMs: 3000 });
          const text = await at.card().innerText();
          expect(text.match(/^Done /gm)).toHaveLength(4);
          expect(text).toContain('Done Block sign-in: Sign-in is blocked.');
          expect(await at.button('Contain').count()).toBe(0);
          expect((await accountOf(given.guard, victim)).accountEnabled).toBe(false);
          await at.page.getByTestId('journal').getByText('Ingrid Solberg pressed Contain.').waitFor();
          await at.page.getByText('Dismiss', { exact: true }).click();
          await picture(at.page, 'contained');
        }, 120_000);

        it('undoes it only with a reason; Escape turns back', async () => {
          const dialog = at.page.getByRole('dialog');
          await at.button('Undo…').click();
          await dialog.waitFor();
          await at.page.keyboard.press('Escape');
          await dialog.waitFor({ state: 'hidden' });
          await at.button('Undo…').click();
          await dialog.waitFor();
          await at.page.getByTestId('reason-ok').click();
          await at.page.getByRole('alert').getByText('Give a reason').waitFor();
          expect((await accountOf(given.guard, victim)).accountEnabled).toBe(false);
          await at.page.keyboard.type('She was travelling, confirmed by phone');
          const sent: string[] = [];
          at.page.on('request', (request) => void (request.url().endsWith('/undo') && sent.push(request.url())));
          await at.page.getByTestId('reason-ok').click();
          await at
            .card()
            .getByText(/Undone by Ingrid Solberg .*: She was travelling, confirmed by phone/)
            .waitFor({ timeout: 60_000 });
          expect(sent).toHaveLength(1);
          expect((await accountOf(given.guard, victim)).accountEnabled).toBe(true);
          expect(await at.card().innerText()).toContain('Not restored Remove added methods');
        }, 120_000);

        it('never needed what the content security policy forbids, and no script failed', async () => {
          expect(at.complaints).toEqual([]);
          // Such a thing would have been heard.
          await at.page.evaluate(() =>
            document.body.insertAdjacentHTML('beforeend', '<img src="https://attacker.example/x.png" style="color: red">'),
          );
          await expect.poll(() => at.complaints.join()).toMatch(/img-src/);
          expect(at.complaints.join()).toMatch(/style-src/);
        });
      });
    },
  };
}
