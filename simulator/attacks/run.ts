// Starts an attack: chooses the victim, varies the data by seed, and schedules the steps in the world. Called by the control handler, by tests, and by simulator/attack.ts through the control address.
import type { User } from '../tenant-state.ts';
import type { World } from '../world.ts';
import { type App, clients } from '../worlds/catalogue.ts';
import { contoso, victims } from '../worlds/constants.ts';
import { peopleOf } from '../worlds/people.ts';
import { guid, random } from '../worlds/random.ts';
import type { Step } from './attack.ts';
import { Attacker } from './attacker.ts';
import { attacks } from './index.ts';

export interface AttackOrder {
  readonly attack: string;
  /** Tenant id or name (`fabrikam`). */
  readonly tenant: string;
  /** Object id or UPN; default: the attack's own choice. */
  readonly victim?: string | undefined;
  /** Another seed varies times, addresses, order and number of registered methods. */
  readonly seed?: string | undefined;
  /** Epoch ms of the start; default now. */
  readonly at?: number | undefined;
  /** 1: as written; 10: ten times slower. */
  readonly pace?: number | undefined;
  /** Replace the campaign's marks, for what must not be taken for it. */
  readonly userAgent?: string | undefined;
  readonly app?: App | undefined;
}
export interface StartedAttack {
  readonly run: string;
  readonly attack: string;
  readonly tenant: string;
  readonly victim: { readonly id: string; readonly userPrincipalName: string };
  readonly startsAt: string;
  /** When its last step is done. */
  readonly endsAt: string;
}
/** The order names something that is not there. */
export class UnknownNameError extends Error {
  override readonly name = 'UnknownNameError';
}

/** Steps in another rhythm: offsets stretched by up to a quarter, the two registrations swapped or one of them left out. Order between kinds stays. */
function vary(steps: readonly Step[], seed: string): readonly Step[] {
  const r = random('vary', seed);
  const stretched = steps.map((step) => ({ ...step, at: step.at * (0.9 + r.next() * 0.15) }));
  const registrations = stretched.filter((step) => step.do === 'register');
  const [first, second] = registrations;
  if (first === undefined || second === undefined) return stretched;
  const choice = r.int(0, 3);
  if (choice === 0) return stretched;
  if (choice === 1)
    return stretched.map((step) => (step === first ? { ...second, at: first.at } : step === second ? { ...first, at: second.at } : step));
  return stretched.filter((step) => step !== (choice === 2 ? first : second));
}

/** Throws UnknownNameError for an unknown attack, tenant or victim. */
export function startAttack(world: World, order: AttackOrder): StartedAttack {
  world.advance();
  const attack = attacks.find((known) => known.id === order.attack);
  if (attack === undefined)
    throw new UnknownNameError(`There is no attack "${order.attack}"; known: ${attacks.map((known) => known.id).join(', ')}`);
  const wanted = order.tenant.toLowerCase();
  const tenant = [...world.tenants.values()].find((known) => known.id === wanted || known.name.toLowerCase() === wanted);
  if (tenant === undefined)
    throw new UnknownNameError(
      `There is no tenant "${order.tenant}"; known: ${[...world.tenants.values()].map((known) => known.name.toLowerCase()).join(', ')}`,
    );
  const chosen = order.victim?.toLowerCase() ?? (tenant.id === contoso.id ? victims.contoso : victims.fabrikam)[attack.victim].id;
  const users: readonly User[] = tenant.users.all().map(([, user]) => user);
  const victim = users.find((user) => user.id === chosen || user.userPrincipalName.toLowerCase() === chosen);
  if (victim === undefined) throw new UnknownNameError(`There is nobody "${chosen}" in ${tenant.name}`);

  const at = order.at ?? world.clock.now();
  const seed = order.seed ?? 'as-written';
  const run = guid('attack', attack.id, tenant.id, victim.id, seed, at);
  const humans = new Set((peopleOf[tenant.id] ?? []).filter((person) => person.human && !person.guest).map((person) => person.id));
  const others = users.filter((user) => humans.has(user.id) && user.id !== victim.id);
  const r = random(run);
  const from = r.int(0, Math.max(0, others.length - 1));
  const bystanders = [...others.slice(from), ...others.slice(0, from)].slice(0, 6);
  const attacker = new Attacker({
    world,
    tenant,
    attack,
    victim,
    bystanders,
    random: r,
    run,
    userAgent: order.userAgent ?? attack.userAgent,
    entryApp: order.app ?? clients.officeHome,
  });
  const steps = order.seed === undefined ? attack.steps : vary(attack.steps, seed);
  const timeOf = (step: Step): number => at + Math.round(step.at * (order.pace ?? 1) * 1000);
  for (const step of steps) world.schedule(timeOf(step), (time) => attacker.perform(step, time));
  world.advance();
  return {
    run,
    attack: attack.id,
    tenant: tenant.id,
    victim: { id: victim.id, userPrincipalName: victim.userPrincipalName },
    startsAt: new Date(at).toISOString(),
    endsAt: new Date(Math.max(...steps.map(timeOf))).toISOString(),
  };
}
