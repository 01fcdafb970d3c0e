// Makes data/networks.br from the CSV files of the npm package @ip-location-db/asn. By hand, now and then: `npm pack @ip-location-db/asn`, unpack it, `node local/make-network-table.ts FOLDER`.
// Source of the figures: RouteViews, NRO and DB-IP (CC BY 4.0, see NOTICE). The table deploys with the guard; the package (65 MB) does not.
import { createReadStream, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants } from 'node:zlib';
import { parse } from 'csv-parse';
import { packNetworks, type Range } from '../src/detect/context/network-table.ts';

const longestOwner = 60;

/** @param unit how many addresses one step of the table stands for. */
async function ranges(file: string, unit: bigint, owners: Map<number, string>): Promise<Range[]> {
  const read: Range[] = [];
  for await (const row of createReadStream(file).pipe(parse())) {
    const [first, last, number, owner]: readonly string[] = row;
    const asn = Number(number);
    let from = Number(BigInt(first ?? '') / unit);
    const to = Number(BigInt(last ?? '') / unit);
    const before = read.at(-1);
    if (before !== undefined && from <= before.to) from = before.to + 1;
    if (from > to || !Number.isInteger(asn)) continue;
    owners.set(asn, (owner ?? '').slice(0, longestOwner));
    if (before !== undefined && before.asn === asn && before.to + 1 === from) read[read.length - 1] = { ...before, to };
    else read.push({ from, to, asn });
  }
  return read;
}

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('which folder holds the unpacked package @ip-location-db/asn?');
const { version }: { version: string } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
const [, year, month, day] = /\.(\d{4})(\d{2})(\d{2})\d*$/.exec(version) ?? [];
const owners = new Map<number, string>();
const v4 = await ranges(join(folder, 'asn-ipv4-num.csv'), 1n, owners);
const v6 = await ranges(join(folder, 'asn-ipv6-num.csv'), 2n ** 80n, owners);
const packed = packNetworks({ date: `${year}-${month}-${day}`, owners, v4, v6 });
const out = fileURLToPath(new URL('../data/networks.br', import.meta.url));
writeFileSync(out, brotliCompressSync(packed, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24 } }));
console.log(
  `${v4.length} ranges of IPv4, ${v6.length} of IPv6, ${owners.size} AS numbers: ${packed.length} bytes, packed ${readFileSync(out).length}`,
);
