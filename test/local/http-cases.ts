// What the real host (4.1037, Node worker 3.9, @azure/functions 4.16.5) answers to the conformance app, request by request.

export interface HttpCase {
  readonly name: string;
  readonly request: string;
  /** FUNCTION_KEY and EVENTGRID_KEY stand for the host's own. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly status: number;
  /** Headers that must be there, with this value. `chunked` is the host's mark of an app's own body. */
  readonly answer?: Readonly<Record<string, string>>;
  /** The whole body, or a test of its JSON. */
  readonly text?: string;
  readonly json?: Readonly<Record<string, unknown>>;
  readonly hex?: string;
}

const json = { 'content-type': 'application/json', 'transfer-encoding': 'chunked' };
const plain = { 'content-type': 'text/plain;charset=UTF-8', 'transfer-encoding': 'chunked' };
const empty = { 'content-length': '0' };
const nothing = { answer: empty, text: '' };

export const httpCases: readonly HttpCase[] = [
  {
    name: 'hands over parameters, a repeated query parameter as one, and the body',
    request: 'POST /api/echo/42?a=1&a=2&b=%C3%A9',
    headers: { 'content-type': 'application/json', 'x-test': '1' },
    body: '{"x":"é"}',
    status: 200,
    answer: json,
    json: {
      method: 'POST',
      params: { id: '42' },
      query: [
        ['a', '1,2'],
        ['b', 'é'],
      ],
      body: '{"x":"é"}',
      bodyLength: 10,
      user: null,
    },
  },
  {
    name: 'leaves an optional parameter out',
    request: 'GET /api/echo',
    status: 200,
    answer: json,
    json: { method: 'GET', params: {}, query: [], body: '' },
  },
  { name: 'does not find a route whose constraint does not fit', request: 'GET /api/echo/abc', status: 404, ...nothing },
  { name: 'does not find a route by a method that it lacks (no 405)', request: 'PATCH /api/echo/1', status: 404, ...nothing },
  { name: 'ignores the case of a route', request: 'GET /API/Echo/7', status: 200, answer: json, json: { params: { id: '7' } } },
  { name: 'does not find HEAD on a GET route', request: 'HEAD /api/echo/1', status: 404, text: '' },
  { name: 'does not find OPTIONS on a GET route', request: 'OPTIONS /api/echo/1', status: 404, ...nothing },
  { name: 'answers 204 to a handler that returns nothing', request: 'GET /api/shapes/none', status: 204, text: '' },
  { name: 'sends a string as text', request: 'GET /api/shapes/string', status: 200, answer: plain, text: 'text' },
  { name: 'sends JSON', request: 'GET /api/shapes/json', status: 200, answer: json, text: '{"a":1}' },
  { name: 'keeps status and headers', request: 'GET /api/shapes/status', status: 418, answer: { ...plain, 'x-a': '1' }, text: 'tea' },
  {
    name: 'writes cookies',
    request: 'GET /api/shapes/cookies',
    status: 200,
    answer: { ...plain, 'set-cookie': 's=v; max-age=60; path=/; secure; samesite=lax; httponly' },
    text: 'c',
  },
  {
    name: 'sends bytes as they are',
    request: 'GET /api/shapes/bytes',
    status: 200,
    answer: { 'transfer-encoding': 'chunked' },
    hex: '00ff01',
  },
  { name: 'sends a stream', request: 'GET /api/shapes/stream', status: 200, answer: { 'transfer-encoding': 'chunked' }, text: 'ab' },
  { name: 'answers an empty 500 to a handler that throws', request: 'GET /api/shapes/throw', status: 500, ...nothing },
  { name: 'sends an empty 204', request: 'GET /api/shapes/empty204', status: 204, text: '' },
  { name: 'answers an empty 500 to an illegal header', request: 'GET /api/shapes/badheader', status: 500, ...nothing },
  {
    name: 'keeps a content type',
    request: 'GET /api/shapes/html',
    status: 200,
    answer: { 'content-type': 'text/html; charset=utf-8', 'transfer-encoding': 'chunked' },
    text: '<p>é</p>',
  },
  { name: "sends the app's own 404 with its body", request: 'GET /api/shapes/zzz', status: 404, answer: plain, text: 'no such' },
  { name: 'drops an output that was not declared', request: 'GET /api/shapes/undeclared', status: 200, answer: plain, text: 'ok' },
  { name: 'refuses a function-level route without a key', request: 'GET /api/keyed', status: 401, ...nothing },
  { name: 'refuses a wrong key', request: 'GET /api/keyed?code=x', status: 401, ...nothing },
  { name: 'takes the key in the address', request: 'GET /api/keyed?code=FUNCTION_KEY', status: 200, answer: plain, text: 'in' },
  {
    name: 'takes the key in a header',
    request: 'GET /api/keyed',
    headers: { 'x-functions-key': 'FUNCTION_KEY' },
    status: 200,
    answer: plain,
    text: 'in',
  },
  { name: 'gives the rest of a path', request: 'GET /api/site/a/b/c.css', status: 200, json: { params: { path: 'a/b/c.css' } } },
  { name: 'leaves an empty rest out', request: 'GET /api/site', status: 200, json: { params: {} } },
  { name: 'keeps %2F in the rest', request: 'GET /api/site/a%2Fb', status: 200, json: { params: { path: 'a%2Fb' } } },
  { name: 'has a page of its own', request: 'GET /', status: 200, answer: { 'content-type': 'text/html' } },
  { name: 'does not find an unknown route', request: 'GET /api/nothing', status: 404, ...nothing },
  {
    name: 'keeps its administration closed',
    request: 'GET /admin/host/status',
    status: 401,
    answer: { ...empty, 'www-authenticate': 'Bearer' },
    text: '',
  },
  {
    name: 'takes a body of 5 MB',
    request: 'POST /api/echo/1',
    body: 'x'.repeat(5 * 1024 * 1024),
    status: 200,
    answer: json,
    json: { bodyLength: 5 * 1024 * 1024 },
  },
];

const hook = '/runtime/webhooks/eventgrid?functionName=eg&code=EVENTGRID_KEY';
const notification = { 'aeg-event-type': 'Notification', 'content-type': 'application/json' };
const event = (id: string): object => ({
  id,
  topic: '/t',
  subject: 's',
  eventType: 'test',
  eventTime: '2026-11-02T03:04:05Z',
  data: { id },
  dataVersion: '1',
});
const cloudEvent = (id: string): object => ({
  specversion: '1.0',
  id,
  source: '/s',
  type: 'test',
  time: '2026-11-02T03:04:05Z',
  data: { id },
});
const accepted = { status: 202, ...nothing };

export const eventGridCases: readonly HttpCase[] = [
  {
    name: 'refuses without the system key',
    request: 'POST /runtime/webhooks/eventgrid?functionName=eg',
    headers: notification,
    body: JSON.stringify([event('never')]),
    status: 401,
    answer: { ...empty, 'www-authenticate': 'Bearer' },
    text: '',
  },
  {
    name: 'answers the validation handshake',
    request: `POST ${hook}`,
    headers: { 'aeg-event-type': 'SubscriptionValidation', 'content-type': 'application/json' },
    body: JSON.stringify([
      { ...event('v'), eventType: 'Microsoft.EventGrid.SubscriptionValidationEvent', data: { validationCode: 'code-1' } },
    ]),
    status: 200,
    answer: { 'content-length': '31', 'content-type': 'text/plain; charset=utf-8' },
    text: '{"validationResponse":"code-1"}',
  },
  {
    name: 'takes an array of two',
    request: `POST ${hook}`,
    headers: notification,
    body: JSON.stringify([event('1'), event('2')]),
    ...accepted,
  },
  { name: 'takes a single object', request: `POST ${hook}`, headers: notification, body: JSON.stringify(event('3')), ...accepted },
  {
    name: 'takes a CloudEvent',
    request: `POST ${hook}`,
    headers: { ...notification, 'content-type': 'application/cloudevents+json' },
    body: JSON.stringify(cloudEvent('4')),
    ...accepted,
  },
  {
    name: 'takes a batch of CloudEvents',
    request: `POST ${hook}`,
    headers: { ...notification, 'content-type': 'application/cloudevents-batch+json' },
    body: JSON.stringify([cloudEvent('5'), cloudEvent('6')]),
    ...accepted,
  },
  {
    name: 'answers the CloudEvents handshake',
    request: `OPTIONS ${hook}`,
    headers: { 'webhook-request-origin': 'eventgrid.azure.net' },
    status: 200,
    answer: { ...empty, 'webhook-allowed-origin': 'eventgrid.azure.net' },
    text: '',
  },
  { name: 'takes an unsubscription', request: `POST ${hook}`, headers: { 'aeg-event-type': 'Unsubscribe' }, body: '{}', ...accepted },
  {
    name: 'refuses without a type',
    request: `POST ${hook}`,
    headers: { 'content-type': 'application/json' },
    body: '{}',
    status: 400,
    ...nothing,
  },
  { name: 'answers 500 to broken JSON', request: `POST ${hook}`, headers: notification, body: '{"broken', status: 500, ...nothing },
  {
    name: 'says that it does not know a function',
    request: 'POST /runtime/webhooks/eventgrid?functionName=nope&code=EVENTGRID_KEY',
    headers: notification,
    body: '{}',
    status: 404,
    answer: { 'content-length': '28', 'content-type': 'text/plain; charset=utf-8' },
    text: "cannot find function: 'nope'",
  },
];
