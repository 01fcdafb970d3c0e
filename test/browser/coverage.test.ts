// What the console says of tenants that cannot be seen whole, on the whole guard: no Entra ID P1, a permission withdrawn while it runs, and given back.
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { projectRoot } from '../../local/build.ts';
import { contoso, fabrikam } from '../../simulator/worlds/constants.ts';
import { type ConsolePage, ingrid, openConsole } from './console-page.ts';
import { type Given, givenGuard } from './running-guard.ts';

const given: Given = givenGuard();
let at: ConsolePage;
beforeAll(async () => {
  await given.start();
  at = await openConsole(given.guard);
  await at.signIn(ingrid);
}, 120_000);
afterAll(() => given.close());

const seen = { timeout: 60_000 };
/** Looked at by people; the tests only take them where they are asked for. */
async function shot(name: string): Promise<void> {
  if (process.env.TG_SCREENSHOTS === '1')
    await at.page.screenshot({ path: join(projectRoot, '.local', `${name}.png`), fullPage: true, animations: 'disabled' });
}

describe('coverage on the console', () => {
  it('says in a sentence how far the fleet is seen, and of a tenant what a missing licence hides and which rules are silent', async () => {
    await at.page
      .getByTestId('fleet')
      .getByText(/^Everything read to .* in 2 of 2 tenants\..* less for want of a licence\.$/)
      .waitFor(seen);
    await shot('coverage-fleet');
    await at.page.getByRole('link', { name: fabrikam.name, exact: true }).click();
    await at.page.getByTestId('coverage-full').getByText('the tenant has no Entra ID P1').first().waitFor(seen);
    await at.page.getByTestId('figures').locator('[data-feed="directory-audits"]').getByText(/min|–/).first().waitFor();
    await at.page.getByTestId('gaps').waitFor();
    await shot('coverage-tenant');
    await at.page.setViewportSize({ width: 390, height: 800 });
    await shot('coverage-tenant-narrow');
    await at.page.setViewportSize({ width: 1200, height: 900 });
  }, 120_000);

  it('names a tenant that withdrew a permission, since when and why, and no longer when it gave it back', async () => {
    await at.page.getByRole('link', { name: 'Tenant Guard' }).click();
    await given.guard.control('faults', { tenant: contoso.id, feed: 'directory-audits', kind: 'denied' });
    await at.page
      .getByTestId('fleet')
      .getByText(/Contoso blind .*since \d\d:\d\d UTC, because the guard lacks/)
      .waitFor(seen);
    const panel = at.page.locator(`[data-test=coverage][data-tenant="${contoso.id}"]`);
    expect(await panel.textContent()).toContain('Next step');
    await shot('coverage-withdrawn');
    await given.guard.control('faults', { tenant: contoso.id, feed: 'directory-audits', kind: 'none' });
    await at.page
      .getByTestId('fleet')
      .getByText(/in 2 of 2 tenants/)
      .waitFor(seen);
    expect(at.complaints).toEqual([]);
  }, 180_000);
});
