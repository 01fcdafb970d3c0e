// `tenant-guard attack-layer`: what the rules cover, as a layer for the ATT&CK Navigator. Called by cli/main.ts.
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { attackLayerOf } from '../../src/campaigns/attack-layer.ts';
import { reasonOf } from '../../src/collect/exports/walk.ts';
import { createDetector } from '../../src/detect/detector.ts';
import { CampaignError, packsOf } from '../campaign/pack.ts';
import { shown } from '../check/table.ts';
import type { Command, Terminal } from '../command.ts';

const help = `Usage: tenant-guard attack-layer [PACK…] [--out FILE]

Writes a layer for MITRE's ATT&CK Navigator (layer format 4.5): every technique that a rule of the packs (default: the shipped ones) sees,
with the rules' names; its score is how many these are. Open it at https://mitre-attack.github.io/attack-navigator with "Open Existing Layer".

  --out FILE  a file instead of the terminal; its folder is made where there is none

Exit codes: 0 written, 2 something could not be read or written.`;

async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  try {
    const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options: { out: { type: 'string' } } });
    const { campaigns, problems } = await packsOf(positionals);
    for (const { file, line, message } of problems) terminal.error(`${shown(file)}:${line}: ${shown(message)}`);
    const speaking = new Set(
      createDetector({ campaigns })
        .rules()
        .flatMap(({ rule, speaks }) => (speaks ? [rule] : [])),
    );
    const layer = attackLayerOf({ campaigns, speaks: (rule) => speaking.has(rule) });
    const text = JSON.stringify(layer, undefined, 2);
    if (values.out === undefined) terminal.out(text);
    else {
      await mkdir(dirname(values.out), { recursive: true });
      await writeFile(values.out, `${text}\n`);
      terminal.out(`${values.out}: ${layer.techniques.length} techniques of ${campaigns.length} campaigns.`);
    }
    return problems.length > 0 ? 2 : 0;
  } catch (cause) {
    const isUsage = cause instanceof Error && 'code' in cause && String(cause.code).startsWith('ERR_PARSE_ARGS');
    const isFile = cause instanceof Error && 'syscall' in cause;
    if (!(cause instanceof CampaignError) && !isUsage && !isFile) throw cause;
    const what = isFile && 'path' in cause ? `${shown(String(cause.path))}: ${reasonOf(cause)}.` : cause.message.split('\n')[0];
    terminal.error(`${what}\nTry: tenant-guard attack-layer --help`);
    return 2;
  }
}

export const attackLayerCommand: Command = { help, run };
