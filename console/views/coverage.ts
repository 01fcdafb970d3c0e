// What can be seen of the tenants and what not: the fleet in a sentence, a panel per tenant, a line per feed. Drawn by the overview and the tenant's page.
import { html, nothing, type TemplateResult } from 'lit';
import type { ConsoleState } from '../../src/contracts/console.ts';
import type { FeedCoverage, TenantCoverage } from '../../src/contracts/coverage.ts';

const upperFirst = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;

export function feedLine({ feed, title, outcome, sentence }: FeedCoverage): TemplateResult {
  // The sentence begins with the feed's name; on the page that is a line of its own.
  const says = sentence.startsWith(`${title}: `) ? sentence.slice(title.length + 2) : sentence;
  return html`<li class=${outcome.status} data-feed=${feed}>
    <strong>${title}</strong><span>${upperFirst(says)}</span>
  </li>`;
}

/** What holds for many feeds is said once; which they are, and what each would have shown, is one press away. */
export function feedLines(feeds: readonly FeedCoverage[], { shared }: Pick<TenantCoverage, 'shared'>): TemplateResult {
  const told = new Set(shared.flatMap((cause) => cause.feeds));
  return html`
    ${shared.map(({ status, sentence, feeds: ids }) => {
      const [count, rest = ''] = sentence.split(/: (.*)/s);
      return html`<div class="shared">
        <ul class="feeds"><li class=${status} data-shared=${status}><strong>${count}</strong><span>${upperFirst(rest)}</span></li></ul>
        <details><summary>Which feeds</summary><ul class="feeds">${feeds.filter(({ feed }) => ids.includes(feed)).map(feedLine)}</ul></details>
      </div>`;
    })}
    <ul class="feeds">${feeds.filter(({ feed }) => !told.has(feed)).map(feedLine)}</ul>
  `;
}

/** What is read needs no line each; what is not stands first. */
function tenantPanel(tenant: ConsoleState['tenants'][number]): TemplateResult {
  const read = tenant.feeds.filter(({ outcome }) => outcome.status === 'complete');
  const others = tenant.feeds.filter(({ outcome }) => outcome.status !== 'complete');
  return html`
    <article class="panel" data-test="coverage" data-tenant=${tenant.tenant}>
      <h3>
        <a href="/api/console#/tenants/${tenant.tenant}">${tenant.name}</a>
        ${tenant.live ? nothing : html`<fluent-badge appearance="tint" color="informative">Dry run: nothing is changed</fluent-badge>`}
        ${tenant.status === 'paused' ? html`<fluent-badge appearance="tint" color="warning">Paused: nothing is read</fluent-badge>` : nothing}
      </h3>
      <p class="tenant-sentence">${tenant.sentence}</p>
      ${feedLines(others, tenant)}
      ${
        read.length === 0
          ? nothing
          : html`<details data-test="read-feeds"><summary>${read.length} feed${read.length === 1 ? '' : 's'} read</summary><ul class="feeds">${read.map(feedLine)}</ul></details>`
      }
    </article>
  `;
}

export function coverageSection({ tenants }: ConsoleState): TemplateResult {
  return html`<section data-test="coverage-section">
    <h2>Coverage</h2>
    <div class="tenants">${tenants.map(tenantPanel)}</div>
  </section>`;
}
