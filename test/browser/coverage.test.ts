// What the console says of tenants that cannot be seen whole, on the whole guard: no Entra ID P1, a span that is lost, faults switched on and off by its own buttons, no Exchange, a consent that is withdrawn in the midst of a round.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contoso, fabrikam } from '../../simulator/worlds/constants.ts';
import { type ConsolePage, ingrid, openConsole, picture, shot } from './console-page.ts';
import { forgetDays } from './lost-span.ts';
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
type Tenant = typeof contoso | typeof fabrikam;
const panel = ({ id }: Tenant) => at.page.locator(`[data-test=coverage][data-tenant="${id}"]`);
const fleet = (text: RegExp) => at.page.getByTestId('fleet').getByText(text).waitFor(seen);
const allRead = () => fleet(/^Everything read to .* in 2 of 2 tenants\./);

/** A person's way: unfold the tenant's faults, press the one, read what the page says of it. */
async function press(kind: string, { id, name }: Tenant, on: boolean): Promise<void> {
  const faults = at.page.getByTestId(`faults-${id}`);
  if ((await faults.getAttribute('open')) === null) await faults.locator('summary').click();
  await at.page.getByTestId(`fault-${kind}-${id}`).click();
  await at.page
    .getByTestId('notice')
    .filter({ hasText: new RegExp(`${name}: .* ${on ? 'from now on' : 'is over'}\\.`) })
    .waitFor();
}

describe('coverage on the console', () => {
  it('says in a sentence how far the fleet is seen, and of a tenant what a missing licence hides and which rules are silent', async () => {
    await fleet(/^Everything read to .* in 2 of 2 tenants\..* less for want of a licence\.$/);
    await shot(at.page, 'coverage-fleet');
    await picture(panel(fabrikam), 'coverage-no-p1');
    await at.page.getByRole('link', { name: fabrikam.name, exact: true }).click();
    await at.page.getByTestId('coverage-full').getByText('the tenant has no Entra ID P1').first().waitFor(seen);
    await at.page.getByTestId('figures').locator('[data-feed="directory-audits"]').getByText(/min|–/).first().waitFor();
    await at.page.getByTestId('gaps').getByText('None: no span was lost for good.').waitFor();
    await shot(at.page, 'coverage-tenant');
    await at.page.setViewportSize({ width: 390, height: 800 });
    await shot(at.page, 'coverage-narrow');
    await at.page.setViewportSize({ width: 1200, height: 900 });
  }, 120_000);

  it('lists what a guard that was down too long has lost: the feed, the hours, why, and the next step', async () => {
    // A tenant without P1 keeps its directory audits for seven days.
    await forgetDays(given.guard, fabrikam.id, 'directory-audits', 12);
    const gaps = at.page.getByTestId('gaps');
    await gaps
      .getByText(
        /Directory audits: 121 hours lost, from \d{4}-\d\d-\d\d \d\d:\d\d UTC to .* Microsoft keeps these records for 7 days only\./,
      )
      .waitFor(seen);
    await gaps.getByText(/Next step: .*tenant-guard check/).waitFor();
    await picture(gaps, 'coverage-gap');
  }, 90_000);

  it('faults are switched on and off by buttons, and each shows as what it is', async () => {
    await at.page.getByRole('link', { name: 'All incidents' }).click();
    await press('permission-missing', contoso, true);
    await press('throttled', fabrikam, true);
    await fleet(/Contoso blind .*since \d\d:\d\d UTC, because the guard lacks [\w.]+/);
    const withdrawn = panel(contoso);
    await withdrawn
      .locator('[data-shared=denied]')
      .getByText(
        /^Blind since .*, because this application lacks .*AuditLog\.Read\.All.*\. Next step: an administrator of the tenant grants it again\.$/,
      )
      .waitFor(seen);
    await panel(fabrikam)
      .getByText(/Waiting (until|since) .*, because Microsoft throttled the reading/)
      .first()
      .waitFor(seen);
    await at.page
      .getByTestId(`fault-permission-missing-${contoso.id}`)
      .getByText(/: on, [1-9]\d* struck/)
      .waitFor(seen);
    await shot(at.page, 'coverage-permission-withdrawn');
    await press('permission-missing', contoso, false);
    await press('throttled', fabrikam, false);
    await press('no-p1', contoso, true);
    await withdrawn
      .locator('[data-feed="sign-ins.interactive"]')
      .getByText(/An hour or more late, by the unified audit log, because the tenant has no Entra ID P1/)
      .waitFor(seen);
    await press('no-p1', contoso, false);
    await allRead();
    await withdrawn.getByText(/^\s*Everything read to/).waitFor(seen);
  }, 240_000);

  it('without Exchange, and with a consent withdrawn in mid-round, says what is blind, since when and why; and no longer when it is given back', async () => {
    await given.guard.control('request-faults', { kind: 'permission-missing', tenant: contoso.id, handler: 'exchange.' });
    await given.guard.control('request-faults', { kind: 'consent-withdrawn', tenant: fabrikam.id, after: 3, count: 1 });
    const withdrawn = panel(fabrikam);
    await withdrawn
      .getByText(/because this application lacks the tenant’s consent/)
      .first()
      .waitFor(seen);
    await picture(withdrawn, 'coverage-consent-in-mid-round');
    // Mailboxes of people in question are nobody's here: there is nothing to ask for.
    await withdrawn
      .getByText(/^\s*\d\d of \d\d feeds not read: (?:1[5-9]|2\d) blind since .* because this application lacks the tenant’s consent/)
      .waitFor(seen);
    // Once for the tenant: which feeds these are is folded.
    expect(await withdrawn.locator('[data-shared=denied]').count()).toBe(1);
    expect(await withdrawn.locator('[data-feed]').first().isVisible()).toBe(false);
    await picture(withdrawn, 'coverage-no-consent');
    await panel(contoso)
      .getByText(/\d feeds/)
      .first()
      .waitFor(seen);
    await panel(contoso)
      .locator('[data-shared=denied]')
      .getByText(/Exchange\.ManageAsApp with the role Security Reader\. Next step: an administrator/)
      .waitFor(seen);
    await picture(panel(contoso), 'coverage-no-exchange');
    await given.guard.control('request-faults/clear', {});
    await allRead();
    expect(at.complaints).toEqual([]);
  }, 240_000);

  it('says of an address of no page that there is none', async () => {
    await at.page.goto(`${given.guard.console}#/incidents/${contoso.id}/nonsense`);
    await at.page.getByTestId('instead').getByText('There is no such page.').waitFor();
    await at.page.getByRole('link', { name: 'All incidents' }).click();
    await at.page.getByTestId('fleet').waitFor();
  });
});
