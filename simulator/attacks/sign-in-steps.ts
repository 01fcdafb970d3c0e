// Sign-ins of an attack: who tries, who gets in, and with what. Used by attacker.ts.
import type { User } from '../tenant-state.ts';
import { type Browser, clients, type Network, places, resources } from '../worlds/catalogue.ts';
import { peopleOf } from '../worlds/people.ts';
import { guid } from '../worlds/random.ts';
import type { AttackNetwork, Manner, OutsiderAccess, Step } from './attack.ts';
import type { Hand, SignInOf } from './hand.ts';

export function networkOf({ asn, place, hosts: [low, high] }: AttackNetwork, chosen: number): Network {
  return { address: `203.0.113.${low + (chosen % (high - low + 1))}`, asn, place: places[place] };
}

/** What an agent that is no browser says of itself in the log: nothing. */
const program = (userAgent: string): Browser => ({ userAgent, browser: '', system: '' });

/** What of a sign-in the manner decides. A program's agent names no browser, a browser's is the attack's own. */
export function mannered(manner: Manner | undefined, chosen: number): Partial<SignInOf> {
  if (manner === undefined) return {};
  return {
    ...(manner.silent && { silent: true }),
    ...(manner.userAgent !== undefined && { browser: program(manner.userAgent) }),
    ...(manner.protocol !== undefined && { protocol: manner.protocol }),
    ...(manner.transfer !== undefined && { transfer: manner.transfer }),
    ...(manner.token !== undefined && { token: manner.token }),
    ...(manner.factor !== undefined && { factor: manner.factor }),
    ...(manner.from !== undefined && { network: networkOf(manner.from, chosen) }),
  };
}

type Tried = SignInOf['user'] & { readonly accountEnabled?: boolean };
const retiredNames = ['anders.holm', 'birgit.lund', 'carla.mendes', 'dmitri.sokol', 'elena.rossi'];

function triedBy(hand: Hand, who: (Step & { do: 'fail' })['who']): readonly Tried[] {
  const { tenant, victim, bystanders } = hand;
  if (who === 'victim') return [victim];
  if (who === 'bystanders') return bystanders;
  if (who === 'retired')
    return retiredNames.map((name) => ({
      id: guid(tenant.id, 'retired', name),
      displayName: name.replace('.', ' '),
      userPrincipalName: `${name}@${tenant.domain}`,
    }));
  const administrators = new Set((peopleOf[tenant.id] ?? []).filter(({ human, roles }) => human && roles.length > 0).map(({ id }) => id));
  return tenant.users.all().flatMap(([, user]) => (administrators.has(user.id) && user.id !== victim.id ? [user] : []));
}

/** Tries that fail, one after the other, at the attack's entry unless the step names another application. */
export function tryInVain(hand: Hand, step: Step & { do: 'fail' }, entry: SignInOf['app'], time: number): void {
  const tried = triedBy(hand, step.who);
  for (let index = 0; index < step.times; index += 1) {
    const user = tried[index % Math.max(1, tried.length)];
    if (user !== undefined)
      hand.record(time + index * step.every * 1000, {
        user,
        app: step.app === undefined ? entry : clients[step.app],
        resource: step.app === undefined ? resources.officeHome : resources.graph,
        error: user.accountEnabled === false ? 50057 : step.error,
      });
  }
}

/** An agent of Microsoft's support or a technician of a provider: known to this tenant by an id of another one. */
export function technician({ run }: Hand, access: OutsiderAccess): SignInOf['user'] {
  const support = access === 'microsoftSupport';
  return {
    id: guid(run, access),
    displayName: support ? 'Support agent' : 'Provider technician',
    userPrincipalName: support ? 'support.agent@support.example' : 'technician@provider.example',
  };
}

export function comeFromOutside(hand: Hand, step: Step & { do: 'outsider' }, time: number): void {
  hand.record(time, {
    user: technician(hand, step.access),
    app: clients[step.app],
    resource: resources.graph,
    error: 0,
    access: step.access,
    homeTenant: guid(step.access, 'home'),
    session: guid(hand.run, 'session', step.access),
  });
}

/** Whoever the person is in the directory, as a sign-in names them. */
export const named = ({ id, displayName, userPrincipalName }: User): SignInOf['user'] => ({ id, displayName, userPrincipalName });
