// Who sees what, and what the page does when something is in the way: refused people, an ended sign-in, a silent guard, dry run, hostile names, keyboards, phones, dark rooms.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { contoso, fabrikam } from '../../simulator/worlds/constants.ts';
import type { Incident } from '../../src/contracts/incident.ts';
import { type ConsolePage, ingrid, openConsole } from './console-page.ts';
import { accountOf, closeIncident, placedVictims, placeFinding, putIncident } from './placed-incident.ts';
import type { Given } from './running-guard.ts';

const hostileName = '<img src=x onerror="document.title=1"> [open](https://attacker.example) **bold**';

/** Registers the tests. Each has a page of its own, and leaves no open incident. */
export function peopleAtTheConsole(given: Given): void {
  let at: ConsolePage;
  const placed: Incident[] = [];

  async function place(tenant: keyof typeof placedVictims, change: Partial<Incident> = {}): Promise<Incident> {
    const incident = await putIncident(given.guard, tenant, change);
    placed.push(incident);
    return incident;
  }
  const addressOf = ({ tenant, id }: Incident): string => `${given.guard.console}#/incidents/${tenant}/${id}`;

  beforeEach(async () => {
    at = await openConsole(given.guard);
  });
  afterEach(async () => {
    for (const incident of placed.splice(0)) await closeIncident(given.guard, incident);
    expect(at.complaints).toEqual([]);
    await at.close();
  });

  describe('people at the console', () => {
    it('shows a person outside the responder group one sentence, and nothing else', async () => {
      await at.signIn('Harriet Okafor');
      expect((await at.page.locator('main').innerText()).trim()).toBe(
        'You are not in the responder group of any tenant under guard. Ask an administrator to add you, then sign in again.',
      );
      await at.page.getByTestId('sign-out').click();
      await at.page.getByTestId('sign-in').waitFor();
    });

    it('keeps an incident from a person outside the group, also by its address', async () => {
      const incident = await place(contoso.id);
      await at.page.goto(addressOf(incident));
      await at.signIn('Harriet Okafor');
      await at.page.getByTestId('instead').waitFor();
      expect(await at.page.content()).not.toContain('oliver.hartley');
    });

    it('comes back from signing in to the incident that a card linked to', async () => {
      const incident = await place(contoso.id);
      await at.page.goto(addressOf(incident));
      await at.signIn(ingrid);
      await at.card().getByText(incident.title).waitFor();
    });

    it('says that there is no such incident', async () => {
      await at.page.goto(`${given.guard.console}#/incidents/${contoso.id}/${'0'.repeat(32)}`);
      await at.signIn(ingrid);
      await at.page.getByText('There is no such incident in this tenant.').waitFor();
    });

    it('asks to sign in again when the sign-in has ended, and then shows the same page', async () => {
      await at.signIn(ingrid);
      await at.page.evaluate(() => sessionStorage.clear());
      await at.page.getByText('Your sign-in has ended. Sign in again to go on.').waitFor();
      expect(await at.page.getByTestId('coverage').count()).toBe(0);
      await at.signIn(ingrid);
      await at.page.getByTestId('coverage').first().waitFor();
    });

    it('asks for a fresh sign-in before an undo or a dismissal where the guard wants one, and says that nothing was changed', async () => {
      const incident = await place(contoso.id);
      await at.page.goto(addressOf(incident));
      await at.signIn(ingrid);
      await at.page.route('**/dismiss', (route) =>
        route.fulfill({ status: 403, json: { code: 'fresh-sign-in', message: 'This needs a fresh sign-in.' } }),
      );
      await at.button('Not an attack…').click();
      await at.page.getByTestId('dismiss-ok').waitFor();
      await at.page.keyboard.type('Known test');
      await at.page.getByTestId('dismiss-ok').click();
      await at.page.waitForURL(/prompt=login/);
      await at.page.getByRole('link', { name: ingrid }).click();
      await at.page.getByText('You have signed in again. Nothing was changed yet: press once more.').waitFor();
      await at.card().getByText(incident.title).waitFor();
      // What was typed is there again, once.
      await at.button('Not an attack…').click();
      await at.page.getByTestId('dismiss-ok').waitFor();
      expect(await at.page.locator('#dismissal-text').evaluate((field) => (field as HTMLTextAreaElement).value)).toBe('Known test');
      await at.page.getByTestId('dismiss-cancel').click();
    });

    it('says that the guard does not answer and how old the page is, and recovers', async () => {
      await at.signIn(ingrid);
      await at.page.getByTestId('coverage').first().waitFor();
      await at.page.route('**/api/**', (route) => route.abort());
      await at.page.getByText(/The guard does not answer\. What you see is from \d\d:\d\d UTC\./).waitFor();
      expect(await at.page.getByTestId('coverage').count()).toBe(2);
      await at.page.unroute('**/api/**');
      await at.page.getByTestId('lost').waitFor({ state: 'detached' });
    });
  });

  describe('an incident on the console', () => {
    it('draws hostile names as the text that they are', async () => {
      const incident = await place(contoso.id, {
        title: `Account takeover: ${hostileName}`,
        rootName: hostileName,
        timeline: [{ time: '2026-03-02T02:31:00.000Z', text: hostileName, severity: 'high', finding: 'placed' }],
        why: [hostileName],
      });
      await at.signIn(ingrid);
      await at.incident('onerror').getByRole('link').click();
      await at.page.waitForURL(addressOf(incident));
      await at.card().getByText('<img src=x').first().waitFor();
      expect(await at.page.locator('img').count()).toBe(0);
      expect(await at.page.locator('a[href*="attacker"]').count()).toBe(0);
      expect(await at.page.title()).not.toBe('1');
      expect(await at.card().innerText()).toContain('**bold**');
    });

    it('signs out only, and says that the case is still open', async () => {
      await at.page.goto(addressOf(await place(contoso.id)));
      await at.signIn(ingrid);
      await at.button('Sign out only').click();
      await at.card().getByText('The case is still open.').waitFor({ timeout: 60_000 });
      expect(await at.card().innerText()).toContain('Done End sessions');
      expect(await at.button('Contain').count()).toBe(1);
    }, 45_000);

    it('takes a double click for one press', async () => {
      await at.page.goto(addressOf(await place(contoso.id)));
      await at.signIn(ingrid);
      const presses: string[] = [];
      at.page.on('request', (request) => void (request.url().endsWith('/press') && presses.push(request.url())));
      await at.button('Sign out only').dblclick();
      await at.card().getByText('The case is still open.').waitFor({ timeout: 60_000 });
      expect(presses).toHaveLength(1);
    }, 45_000);

    it('leads to the evidence', async () => {
      await at.page.goto(addressOf(await place(contoso.id)));
      await at.signIn(ingrid);
      await at.button('Evidence').click();
      expect(await at.page.evaluate(() => document.activeElement?.id)).toBe('evidence');
    });

    it('closes a case that is no attack with a reason, and lists it as closed', async () => {
      const incident = await place(contoso.id, { title: 'Account takeover: a known test' });
      await at.page.goto(addressOf(incident));
      await at.signIn(ingrid);
      await at.button('Not an attack…').click();
      await at.page.getByTestId('dismiss-ok').waitFor();
      await at.page.keyboard.type('A planned test of the help desk');
      await at.page.getByTestId('dismiss-ok').click();
      await at.card().getByText('A planned test of the help desk').waitFor();
      await at.page.getByRole('link', { name: 'All incidents' }).click();
      await at.page.getByTestId('closed').locator('summary').click();
      await at.page.getByTestId('closed').getByText('a known test').waitFor();
    });

    it('excludes what a case rests on with its dismissal, shows where something is hidden, and takes it back', async () => {
      await at.signIn(ingrid);
      await at.page.getByTestId('coverage').first().waitFor();
      const finding = await placeFinding(given.guard, contoso.id);
      const incident = await place(contoso.id, { findings: [finding.id], title: 'Account takeover: a pinned monitor' });
      await at.page.goto(addressOf(incident));
      await at.page.getByTestId('because').getByText('userAgent is "monitor/1.0"').waitFor();
      await at.page.getByTestId('against').getByText('The sign-in failed').waitFor();
      await at.button('Not an attack…').click();
      await at.page.getByTestId('dismiss-ok').waitFor();
      await at.page.keyboard.type('A monitor of ours');
      await at.page
        .getByTestId('excludable')
        .getByLabel(/Sign-in by a script/)
        .check();
      await at.page.getByTestId('exclude-days').selectOption('90 days');
      await at.page.getByTestId('dismiss-ok').click();
      await at.page
        .getByTestId('exclusion')
        .getByText(/Hidden by an exclusion of Ingrid Solberg until .*: 0 findings/)
        .waitFor();
      await placeFinding(given.guard, contoso.id);
      await at.page.goto(`${given.guard.console}#/tenants/${contoso.id}/rules`);
      const row = at.page.getByTestId('exclusions').locator('[data-state="in force"]');
      await row.getByText('1 finding', { exact: true }).waitFor();
      await row.getByTestId('end-exclusion').click();
      await at.page.getByTestId('reason-ok').waitFor();
      await at.page.keyboard.type('It was none of ours');
      await at.page.getByTestId('reason-ok').click();
      await at.page.getByTestId('exclusions').locator('[data-state="ended"]').getByText('taken back by Ingrid Solberg').waitFor();
    });

    it('rehearses in a tenant under dry run: nothing is changed', async () => {
      const setLive = (live: boolean) =>
        given.guard.registry.update(fabrikam.id, (entry) => ({ ...entry, policy: { ...entry.policy, live } }));
      await setLive(false);
      const incident = await place(fabrikam.id);
      await at.signIn(ingrid);
      await at.page.getByText('Dry run: nothing is changed').waitFor();
      await at.page.goto(addressOf(incident));
      await at.button('How to go live').click();
      await at.page.getByTestId('notice').getByText('To go live, an administrator grants').waitFor();
      await at.button('Rehearse (changes nothing)').click();
      await at.card().getByText('Rehearsed by Ingrid Solberg').waitFor({ timeout: 60_000 });
      expect((await accountOf(given.guard, placedVictims[fabrikam.id])).accountEnabled).toBe(true);
      await setLive(true);
    }, 45_000);
  });

  describe('the console for everybody', () => {
    it('can be used with the keyboard alone, and shows where the focus is', async () => {
      await at.page.goto(addressOf(await place(contoso.id)));
      await at.signIn(ingrid);
      await at.button('Contain').waitFor();
      const reached: string[] = [];
      for (let stops = 0; stops < 12; stops++) {
        await at.page.keyboard.press('Tab');
        reached.push(await at.page.evaluate(() => document.activeElement?.textContent?.trim() ?? ''));
        if (reached.at(-1) === 'Contain')
          expect(await at.button('Contain').evaluate((button) => getComputedStyle(button).outlineStyle)).toBe('solid');
      }
      expect(reached).toEqual(
        expect.arrayContaining(['All incidents', 'Sign out', 'Contain', 'Sign out only', 'Evidence', 'Not an attack…']),
      );
    });

    it('fits a phone of 360 pixels, and follows the dark scheme', async () => {
      const incident = await place(contoso.id, { title: `Account takeover: ${'a-very-long-name'.repeat(8)}@contoso.example` });
      const phone = await openConsole(given.guard, { viewport: { width: 360, height: 740 }, colorScheme: 'dark' });
      await phone.signIn(ingrid);
      await phone.page.getByTestId('coverage').first().waitFor();
      const overflow = (): Promise<number> =>
        phone.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      expect(await overflow()).toBe(0);
      await phone.page.goto(addressOf(incident));
      await phone.button('Contain').waitFor();
      expect(await overflow()).toBe(0);
      for (const button of await phone.card().getByRole('button').all()) {
        const box = await button.boundingBox();
        expect((box?.x ?? -1) >= 0 && (box?.x ?? 0) + (box?.width ?? 999) <= 360).toBe(true);
      }
      const background = await phone.page.evaluate(() => getComputedStyle(document.body).backgroundColor);
      expect(background).toMatch(/^rgb\((\d|[1-5]\d), /);
      await phone.close();
    });
  });
}
