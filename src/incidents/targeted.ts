// Who was targeted but not entered, and what staged rules would have said: lists for the console and the digest. They never open an incident. Pure.
import type { Finding } from '../contracts/finding.ts';
import { errorCode, provesPassword } from '../detect/context/outcome.ts';
import { byTime } from './draw.ts';
import { clean } from './text.ts';

export interface TargetedUser {
  readonly subject: string;
  readonly name: string;
  readonly campaigns: readonly string[];
  readonly findings: number;
  /** The service's answer proved that the attacker has the password: change it before anything else. */
  readonly passwordKnown: boolean;
  readonly lastAt: string;
  /** What the worst finding says. */
  readonly why: string;
}

const knowsPassword = (finding: Finding): boolean =>
  finding.facts.passwordKnown === 'true' || provesPassword(errorCode(finding.facts.errorCode)) === true;

/** Rules quote the service's number; the commonest one has a name. */
const readable = (why: string): string => why.replace(/\bfailed with error 50126\b/, 'failed: wrong password (50126)');

/** A spray is a finding about an address; whom it tried has findings of their own. */
const isPerson = (subject: string): boolean => /^(user|unresolved):/.test(subject);

/** One row per user from standing findings with effect `targeted`; known passwords first, then the latest. A user whom an alert says was entered is left out. */
export function targetedUsers(findings: readonly Finding[]): TargetedUser[] {
  const entered = new Set(
    findings.filter((f) => f.standing && f.effect === 'alert' && f.stage !== 'attempt').map((f) => f.subject as string),
  );
  const users = new Map<string, Finding[]>();
  for (const finding of findings) {
    if (!finding.standing || finding.effect !== 'targeted' || entered.has(finding.subject) || !isPerson(finding.subject)) continue;
    users.set(finding.subject, [...(users.get(finding.subject) ?? []), finding]);
  }
  return [...users]
    .map(([subject, own]): TargetedUser => {
      const ordered = [...own].sort(byTime);
      const telling = ordered.find(knowsPassword) ?? ordered.at(-1);
      return {
        subject,
        name: clean(ordered.findLast((finding) => finding.subjectName !== undefined)?.subjectName ?? subject, 120),
        campaigns: [...new Set(own.map((finding) => finding.campaign))].sort(),
        findings: own.length,
        passwordKnown: own.some(knowsPassword),
        lastAt: ordered.at(-1)?.time ?? '',
        why: readable(clean(telling?.why ?? '', 300)),
      };
    })
    .sort(
      (a, b) => Number(b.passwordKnown) - Number(a.passwordKnown) || b.lastAt.localeCompare(a.lastAt) || a.subject.localeCompare(b.subject),
    );
}

/** How often each staged rule would have spoken, loudest first. */
export function stagedCounts(findings: readonly Finding[]): { rule: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const finding of findings)
    if (finding.standing && finding.effect === 'staged') counts.set(finding.rule, (counts.get(finding.rule) ?? 0) + 1);
  return [...counts].map(([rule, count]) => ({ rule, count })).sort((a, b) => b.count - a.count || a.rule.localeCompare(b.rule));
}
