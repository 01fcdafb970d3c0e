// A press from its key to what is said of it: pure but for the keys of presses that no answer came to. Used by api.ts and views/incident.ts.
import type { PressAnswer } from '../src/contracts/console.ts';
import type { Notice } from './app.ts';

const keptRequests = new Map<string, string>();
/**
 * The key of a press: fresh, unless the same press was made before and no answer ever came. Then the guard may have acted on it, and gives the stored result for the same key.
 * @param what names the press: which case, and what is to be done
 */
export function requestFor(what: string): string {
  const request = keptRequests.get(what) ?? crypto.randomUUID();
  keptRequests.set(what, request);
  return request;
}
/** Only an answer ends a press: success, or a no with a reason. A fault of the guard, or of the way to it, leaves open what became of it. */
export function answered(body: unknown): void {
  for (const [what, request] of keptRequests)
    if (typeof body === 'object' && body !== null && 'request' in body && body.request === request) keptRequests.delete(what);
}

/** What the guard says became of the press: "done" only for what was seen. */
export function noticeOf(answer: unknown, good: string): Notice {
  const { outcomes, status, dryRun, refused } = answer as PressAnswer;
  if (refused !== undefined) return { intent: 'warning', text: `Refused, and nothing was changed: ${refused}` };
  const red = outcomes.filter((outcome) => outcome === 'refused' || outcome === 'failed' || outcome === 'unverified').length;
  if (red > 0)
    return {
      intent: 'warning',
      text:
        red === outcomes.length
          ? 'No step was seen to work. The card says why, and what to do now.'
          : `${red} of ${outcomes.length} steps did not work. The card says which, and what to do now.`,
    };
  if (status !== 'done' && status !== 'undone')
    return { intent: 'info', text: 'Sent, and not seen to hold yet. The guard goes on looking; the card follows.' };
  return { intent: 'success', text: dryRun ? 'Rehearsed: nothing was changed. The card shows what would have been done.' : good };
}
