// One tenant: how well it is seen. Figures of every feed, spans that are lost, rules of which nothing can be said, and what its policy asks for. Drawn by app.ts.
import { html, nothing, type TemplateResult } from 'lit';
import type { TenantDetail } from '../../src/contracts/console.ts';
import { feedLines } from './coverage.ts';
import { time } from './words.ts';

type Feed = TenantDetail['feeds'][number];

const at = (epoch: number | undefined): string => (epoch === undefined ? '–' : time(new Date(epoch).toISOString()));
/** @example minutes(1441) === 'more than a day' */
function minutes(count: number): string {
  if (count > 1440) return 'more than a day';
  return count < 60 ? `${count} min` : `${count / 60} h`;
}
const percent = (share: number): string => `${share === 1 ? '100' : Math.min(99.9, share * 100).toFixed(1)} %`;
const number = (value: number): string => value.toLocaleString('en-US');

function figureRow({ feed, title, readTo, settledTo, figures }: Feed): TemplateResult {
  const { records, delayMinutes, onTime, errors, attempts, lastError } = figures;
  return html`<tr data-feed=${feed}>
    <td data-label="Feed"><strong>${title}</strong></td>
    <td data-label="Read to">${at(readTo)}</td>
    <td data-label="Confirmed to">${at(settledTo)}</td>
    <td data-label="Delay, half / 95 %">${delayMinutes === undefined ? '–' : `${minutes(delayMinutes.p50)} / ${minutes(delayMinutes.p95)}`}</td>
    <td data-label="There at first sight">${onTime === undefined ? '–' : percent(onTime)}</td>
    <td data-label="Records">${records === undefined ? '–' : number(records)}</td>
    <td data-label="Failed tries">${errors === 0 ? '0' : html`<span title=${lastError?.text ?? ''}>${number(errors)} of ${number(attempts)}</span>`}</td>
  </tr>`;
}

function figuresOf({ feeds }: TenantDetail): TemplateResult {
  return html`<section data-test="figures">
    <h2>Figures</h2>
    <div class="panel scroll">
      <table>
        <thead>
          <tr><th>Feed</th><th>Read to</th><th>Confirmed to</th><th>Delay, half / 95 %</th><th>There at first sight</th><th>Records</th><th>Failed tries</th></tr>
        </thead>
        <tbody>${feeds.map(figureRow)}</tbody>
      </table>
    </div>
    <p class="quiet">Delay is from the event to its first reading, at most. Later looks after 1, 6 and 24 hours tell how much was there at first sight.</p>
  </section>`;
}

function hours(ms: number): string {
  const count = Math.round(ms / 3_600_000);
  return count === 1 ? '1 hour' : `${number(count)} hours`;
}

function gapsOf({ gaps }: TenantDetail): TemplateResult {
  return html`<section data-test="gaps">
    <h2>Gaps</h2>
    ${
      gaps.length === 0
        ? html`<p class="panel quiet">None: no span was lost for good.</p>`
        : html`<div class="panel">
            <ul class="plain">${gaps.map(
              ({ feed, from, to, why }) =>
                html`<li><strong>${feed}</strong>: ${hours(to - from)} lost, from ${at(from)} to ${at(to)}. ${why.replace(/\.$/, '')}.</li>`,
            )}</ul>
            <p class="quiet next">Next step: where the tenant sends its logs elsewhere, or by Purview’s audit search (180 days), export these hours and look at them with “tenant-guard check FILE”.</p>
          </div>`
    }
  </section>`;
}

function unassessableOf({ unassessable, rules }: TenantDetail): TemplateResult {
  const count = unassessable.reduce((sum, one) => sum + one.rules.length, 0);
  return html`<section data-test="unassessable">
    <h2>Rules that cannot be assessed</h2>
    ${
      count === 0
        ? html`<p class="panel quiet">None: each of the ${rules} rules has its records.</p>`
        : html`<div class="panel">
            <p>${count} of ${rules} rules say nothing here. Their silence is no good news.</p>
            ${unassessable.map(
              (one) => html`<details>
                <summary><strong>${one.rules.length}</strong> because ${one.because}</summary>
                <ul class="plain">${one.rules.map(({ rule, title }) => html`<li>${title} <span class="quiet rule">${rule}</span></li>`)}</ul>
              </details>`,
            )}
          </div>`
    }
  </section>`;
}

/** While logs are read for the first time. */
function progressOf({ feeds, addedAt, readFrom }: TenantDetail): TemplateResult | typeof nothing {
  const waiting = feeds.filter(({ outcome }) => outcome.status === 'never-read');
  if (waiting.length === 0) return nothing;
  const done = feeds.length - waiting.length;
  return html`<section class="panel" data-test="first-read">
    <h3>First read</h3>
    <progress max=${feeds.length} value=${done}></progress>
    <p class="quiet">${done} of ${feeds.length} feeds read since ${time(addedAt)}${readFrom === undefined ? '' : `, back to ${at(readFrom)}`}. A digest follows in the channel within ten minutes.</p>
  </section>`;
}

export function tenantPage(detail: TenantDetail): TemplateResult {
  const { name, sentence, feeds, policy, live, status, alarmSince } = detail;
  const { cadence } = policy;
  return html`
    <h1>${name}</h1>
    <p data-test="tenant-sentence">${status === 'paused' ? 'Paused: nothing is read.' : sentence}</p>
    ${alarmSince === undefined ? nothing : html`<fluent-message-bar intent="error" data-test="alarm">The guard does not see all of this tenant, or could not tell of it, since ${at(alarmSince)}.</fluent-message-bar>`}
    <p><a href="/api/console#/tenants/${detail.tenant}/rules" data-test="rules-link">Rules and exclusions</a></p>
    ${progressOf(detail)}
    <section>
      <h2>Coverage</h2>
      <div class="panel" data-test="coverage-full">${feedLines(feeds, detail)}</div>
    </section>
    ${unassessableOf(detail)} ${gapsOf(detail)} ${figuresOf(detail)}
    <section data-test="policy">
      <h2>Policy</h2>
      ${policy.missingChannels.length === 0 ? nothing : html`<fluent-message-bar intent="warning" data-test="missing-channels">Not set up: ${policy.missingChannels.join(', ')}. Cards go to the home channel until it is, and say so.</fluent-message-bar>`}
      <p class="panel">
        ${live ? 'Live: buttons act.' : 'Dry run: buttons rehearse.'} Logs every ${cadence.fast} s, configuration every ${cadence.config} s, later looks every ${cadence.reconcile} s.
        Activities are kept for ${policy.retentionDays} days. ${policy.channels.length === 0 ? 'No channel: cards are on the console only.' : `Cards go to ${policy.channels.join(', ')}.`}
        ${policy.on.length === 0 ? nothing : html`Read besides: ${policy.on.join(', ')}.`} ${policy.off.length === 0 ? nothing : html`Not read: ${policy.off.join(', ')}.`}
        <br /><span class="quiet">Changed with “tenant-guard tenants policy”, without a restart.</span>
      </p>
    </section>
  `;
}
