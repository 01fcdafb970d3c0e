// The id of a directory event, which both of its feeds give it. Operations and what they are done to come again and again: what stands for the two is made once. Called by directory-audit.ts and unified-audit.ts.
import { directoryActivityId } from '../../contracts/ids.ts';
import { normalOperation } from './operation.ts';

/** The bound is for logs with objects without end. */
const most = 20_000;
const prefix = 'directory:';
let held = 0;
const endings = new Map<string, Map<string, string>>();

/** @param operation as the record writes it */
export function directoryEventId(correlation: string, operation: string, object: string): string {
  const form = normalOperation(operation);
  const ofOperation = endings.get(form);
  let ending = ofOperation?.get(object);
  if (ending === undefined) {
    ending = directoryActivityId('', form, object).slice(prefix.length);
    keep(form, object, ending);
  }
  return `${prefix}${correlation.toLowerCase()}${ending}`;
}

function keep(form: string, object: string, ending: string): void {
  if (held >= most) {
    endings.clear();
    held = 0;
  }
  held++;
  const ofOperation = endings.get(form);
  if (ofOperation === undefined) endings.set(form, new Map([[object, ending]]));
  else ofOperation.set(object, ending);
}
