// Feeds that read mailboxes one by one: whose they read, what they leave out, and what a refusal in the middle means.
import { describe, expect, it } from 'vitest';
import { forwarding } from '../../../src/collect/exchange/forwarding.ts';
import { inboxRules } from '../../../src/collect/exchange/inbox-rules.ts';
import { mostMailboxes } from '../../../src/collect/exchange/mailbox-feed.ts';
import { mailboxPermissions } from '../../../src/collect/exchange/mailbox-permissions.ts';
import type { ReadContext } from '../../../src/collect/feed.ts';
import { partChanges } from '../../../src/collect/parts.ts';
import { type Exchange, ServiceError } from '../../../src/tenants/connections.ts';
import { graphOf } from '../graph-config/fake-graph.ts';

const tenant = '11111111-1111-4111-8111-111111111111';
const now = Date.UTC(2026, 2, 9, 10);
const ana = { id: 'c1000000-0000-4000-8000-00000000000a', name: 'ana.silva@contoso.example' };
const joe = { id: 'c1000000-0000-4000-8000-00000000000b', name: 'joe.doe@contoso.example' };

const eva = { id: 'c1000000-0000-4000-8000-00000000000c', name: 'eva.berg@contoso.example' };

type Call = readonly [cmdlet: string, parameters: Readonly<Record<string, unknown>>, anchor: string | undefined];
function context(touched: ReadContext['touched'], answer: (...call: Call) => readonly Record<string, unknown>[]) {
  const calls: Call[] = [];
  const exchange: Exchange = {
    invoke: async (cmdlet, parameters = {}, anchor) => {
      calls.push([cmdlet, parameters, anchor]);
      return answer(cmdlet, parameters, anchor);
    },
  };
  return { calls, context: { tenant, connection: { graph: graphOf({}), exchange }, now, touched } as unknown as ReadContext };
}
const refused = (status: number, code: string) => new ServiceError('exchange', status, code, 'no', {});

describe('inbox rules', () => {
  const rule = { Identity: 'Ana Silva\\42', Name: '.', DeleteMessage: true };
  const shown = { Identity: 'Ana Silva\\43', Name: 'Newsletters' };
  it('are asked for with the hidden ones, routed by the mailbox, and say which are hidden', async () => {
    const { calls, context: asked } = context([ana], (_, { IncludeHidden }) => (IncludeHidden === true ? [rule, shown] : [shown]));
    const read = await inboxRules.list(asked);
    expect(calls).toEqual([
      ['Get-InboxRule', { Mailbox: ana.name, IncludeHidden: true }, ana.name],
      ['Get-InboxRule', { Mailbox: ana.name }, ana.name],
    ]);
    expect(read).toMatchObject({ outcome: { status: 'complete' }, parts: [ana.id] });
    expect(read.objects.map((object) => [object['Name'], object['Hidden'], object['MailboxId']])).toEqual([
      ['.', true, ana.id],
      ['Newsletters', false, ana.id],
    ]);
    expect(inboxRules.describe(read.objects[0] ?? {})).toEqual({
      id: `${ana.id}/42`,
      name: '.',
      subject: `user:${ana.id}`,
      subjectName: ana.name,
    });
  });
  it('cost one call where there are none, and none where nobody is in question', async () => {
    const { calls, context: asked } = context([ana], () => []);
    await inboxRules.list(asked);
    expect(calls).toHaveLength(1);
    const nobody = context([], () => []);
    expect(await inboxRules.list(nobody.context)).toEqual({ outcome: { status: 'complete' }, objects: [], parts: [] });
    expect(nobody.calls).toEqual([]);
  });
  it('a renamed mailbox keeps the ids of its rules', () => {
    const id = (Identity: string) => inboxRules.describe({ ...rule, Identity, MailboxId: ana.id, MailboxName: ana.name }).id;
    expect(id('Ana Silva\\42')).toBe(id('Ana Costa\\42'));
  });
});

describe('a round that cannot read every mailbox', () => {
  it('reads so many, and says how many wait', async () => {
    const many = Array.from({ length: mostMailboxes + 7 }, (_, index) => ({ id: `u${index}`, name: `u${index}@contoso.example` }));
    const { calls, context: asked } = context(many, () => []);
    const read = await forwarding.list(asked);
    expect(calls).toHaveLength(mostMailboxes);
    expect(read.outcome).toEqual({ status: 'incomplete', why: `7 of ${many.length} mailboxes wait for the next round` });
    expect(read.parts).toHaveLength(mostMailboxes);
  });
  it('keeps what it read before it was throttled; throttled at once, it waits', async () => {
    const { context: asked } = context([ana, joe], (_, { Identity }) => {
      if (Identity === joe.name) throw refused(429, 'Throttled');
      return [{ Guid: 'g1', UserPrincipalName: ana.name }];
    });
    expect(await forwarding.list(asked)).toMatchObject({
      outcome: {
        status: 'incomplete',
        why: '1 of 2 mailboxes were read, then Exchange throttled the reading; the others are tried in the next round',
      },
      parts: [ana.id],
    });
    const atOnce = context([joe], () => {
      throw refused(429, 'Throttled');
    });
    expect((await forwarding.list(atOnce.context)).outcome).toEqual({ status: 'throttled', until: now + 10_000 });
  });
  it('takes turns, and is complete once each was read within the hour', async () => {
    const asked: string[] = [];
    const minute = 60_000;
    const round = (at: number, kept: string | undefined, error = refused(429, 'HeldBack')) => {
      let left = 2;
      const { context: given } = context([ana, joe, eva], (_, { Identity }) => {
        if (left-- === 0) throw error;
        asked.push(String(Identity));
        return [];
      });
      return forwarding.list({ ...given, now: at, ...(kept === undefined ? {} : { kept }) });
    };
    const first = await round(now, undefined);
    expect(first).toMatchObject({ outcome: { status: 'incomplete' }, parts: [ana.id, joe.id] });
    const second = await round(now + minute, first.kept);
    expect(second).toMatchObject({ outcome: { status: 'complete' }, parts: [eva.id, ana.id] });
    const third = await round(now + 2 * minute, second.kept);
    expect(third).toMatchObject({ outcome: { status: 'complete' }, parts: [joe.id, ana.id] });
    expect(asked).toEqual([ana, joe, eva, ana, joe, ana].map(({ name }) => name));
    // What was read too long ago counts no more; a refusal is no turn to wait for; what another version kept means nothing.
    expect((await round(now + 200 * minute, third.kept)).outcome.status).toBe('incomplete');
    expect((await round(now + 3 * minute, third.kept, refused(503, 'Busy'))).outcome).toMatchObject({ status: 'incomplete' });
    expect((await round(now, '{')).parts).toEqual([ana.id, joe.id]);
    expect((await round(now, '["x"]')).parts).toEqual([ana.id, joe.id]);
  });
  it('says that a right is missing', async () => {
    const { context: asked } = context([ana], () => {
      throw refused(403, 'Http403');
    });
    expect((await mailboxPermissions.list(asked)).outcome).toEqual({
      status: 'denied',
      permission: 'Exchange.ManageAsApp with the role Security Reader',
    });
  });
  it('a user without a mailbox has nothing in it; one without a known name waits', async () => {
    const { context: asked } = context([ana], () => {
      throw refused(404, 'ManagementObjectNotFoundException');
    });
    expect(await forwarding.list(asked)).toMatchObject({ outcome: { status: 'complete' }, objects: [], parts: [ana.id] });
    const nameless = context([{ id: ana.id }], () => []);
    expect((await forwarding.list(nameless.context)).outcome.status).toBe('incomplete');
  });
});

describe('access to mailboxes', () => {
  it('leaves out what the organisation gives and the owner’s own', async () => {
    const { context: asked } = context([ana], (cmdlet) =>
      cmdlet === 'Get-RecipientPermission'
        ? []
        : [
            { User: 'NT AUTHORITY\\SELF', AccessRights: ['FullAccess'], IsInherited: false, Deny: false },
            { User: 'EURPR01\\Administrators', AccessRights: ['FullAccess'], IsInherited: true, Deny: false },
            { User: joe.name, AccessRights: ['FullAccess'], IsInherited: false, Deny: false },
          ],
    );
    expect((await mailboxPermissions.list(asked)).objects.map(({ User }) => User)).toEqual([joe.name]);
  });
  it('is also the right to send as its owner, in the same words and apart from the right to open it', async () => {
    const right = {
      Identity: 'Ana Silva',
      AccessControlType: 'Allow',
      AccessRights: ['SendAs'],
      IsInherited: false,
      InheritanceType: 'None',
    };
    const { calls, context: asked } = context([ana], (cmdlet) =>
      cmdlet === 'Get-MailboxPermission'
        ? [{ User: joe.name, AccessRights: ['FullAccess'], IsInherited: false, Deny: false }]
        : [
            { ...right, Trustee: joe.name },
            { ...right, Trustee: joe.name, AccessControlType: 'Deny' },
            { ...right, Trustee: 'NT AUTHORITY\\SELF' },
            { ...right, Trustee: 'CONTOSO\\Organization Management', IsInherited: true },
          ],
    );
    const { objects } = await mailboxPermissions.list(asked);
    expect(calls.map(([cmdlet, parameters, anchor]) => [cmdlet, parameters, anchor])).toContainEqual([
      'Get-RecipientPermission',
      { Identity: ana.name },
      ana.name,
    ]);
    expect(objects.map(({ User, AccessRights, Deny }) => [User, AccessRights, Deny])).toEqual([
      [joe.name, ['FullAccess'], false],
      [joe.name, ['SendAs'], false],
      [joe.name, ['SendAs'], true],
    ]);
    expect(new Set(objects.map((object) => mailboxPermissions.describe(object).id)).size).toBe(3);
  });
});

describe('snapshots of some mailboxes', () => {
  const mailbox = (id: string, to: string | null) => ({
    Guid: id,
    MailboxId: id,
    MailboxName: `${id}@contoso.example`,
    ForwardingSmtpAddress: to,
  });
  const reading = { tenant, now, since: now - 1_800_000 };
  const read = (...objects: Record<string, unknown>[]) => ({
    outcome: { status: 'complete' as const },
    objects,
    parts: objects.map(({ MailboxId }) => String(MailboxId)),
  });
  const kinds = (activities: readonly { views: readonly { record: Readonly<Record<string, unknown>> }[] }[]) =>
    activities.map(({ views }) => [views[0]?.record['id'], views[0]?.record['change'], views[0]?.record['stood']]);

  it('the first reading of a mailbox tells what stands there; what was not read this time was not removed', () => {
    const first = partChanges(forwarding, [], read(mailbox('a', null)), reading);
    expect(kinds(first.activities)).toEqual([['a/a', 'created', true]]);
    const second = partChanges(forwarding, first.snapshot, read(mailbox('b', null)), reading);
    expect(kinds(second.activities)).toEqual([['b/b', 'created', true]]);
    const third = partChanges(forwarding, second.snapshot, read(mailbox('a', 'smtp:drop@example.net')), reading);
    expect(kinds(third.activities)).toEqual([['a/a', 'changed', undefined]]);
    expect(third.snapshot).toHaveLength(2);
  });
  it('a mailbox that was read and is empty now lost what it had, and is no first reading later', () => {
    const first = partChanges(forwarding, [], read(mailbox('a', null)), reading);
    const emptied = partChanges(forwarding, first.snapshot, { outcome: { status: 'complete' }, objects: [], parts: ['a'] }, reading);
    expect(kinds(emptied.activities)).toEqual([['a/a', 'removed', undefined]]);
    expect(kinds(partChanges(forwarding, emptied.snapshot, read(mailbox('a', null)), reading).activities)).toEqual([
      ['a/a', 'created', undefined],
    ]);
  });
});
