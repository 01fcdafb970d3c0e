// The fields that the guard adds to a record and that any rule may test as `context.<name>`. Unknown is `undefined`: a rule that needs it is "not assessable".
export const contextFields = {
  // Whose record it is, in the guard's own identities: what correlations group by when records of several kinds meet
  'context.subject': 'whom it is about: user:{object id}, app:{app id} …',
  'context.actor': 'who did it; the subject where the record names nobody else',
  // What the sign-in came to, by error code (src/detect/context/outcome.ts)
  'context.signIn.kind':
    'interactive | nonInteractive (a program with a token) | application; a record that does not tell counts as interactive',
  'context.signIn.outcome': 'success | failure | interrupt | blocked',
  'context.signIn.passwordKnown': 'true where the answer proves that the password was right (0, 50072, 50074, 50076, 50079, 53003 …)',
  // What is usual for this user, by event time; undefined until the user has enough history
  'context.first.browser': "true on the user's first activity with this browser family",
  'context.first.country': "true on the user's first activity from this country",
  'context.first.network': "true on the user's first activity from this network (AS number, else /24 or /48)",
  'context.first.application': "true on the user's first activity with this application",
  'context.first.any': 'true if any of the four above is true; undefined if none is true and one is unknown',
  'context.habit.browser':
    'true if an earlier successful sign-in, a day or more before, used this browser family on this system; false if none is known',
  'context.habit.network': 'true if an earlier successful sign-in, a day or more before, came from this network; false if none is known',
  'context.app.woke':
    "true on an application's first sign-in after at least two whole calendar months without one; undefined while no earlier month is known",
  // What can be read of the tenant at all
  'context.tenant.signInsUnread': 'true if no sign-in of this tenant can be read (no permission, no licence, or an export without any)',
  'context.tenant.signInsLate': 'true if sign-ins of this tenant are read only through the unified audit log, an hour or more late',
  // Where it sends mail
  'context.mail.external': 'domains of forwarding targets that are not the domain of the mailbox or its organisation',
  // Who it is (directory facts; undefined where the directory was not read)
  'context.user.title': 'the job title as the directory spells it',
  'context.user.role': 'executive | finance | sales | none, from the title in several languages',
  'context.user.privileged': 'true if the user holds a privileged directory role',
  'context.user.roles': 'names of the directory roles held',
  'context.user.synchronised': 'true if the account is mastered on premises',
  // Where it came from, only as far as the record itself says
  'context.network.asn': 'AS number that the record carries (Graph beta, diagnostic settings)',
  'context.network.owner': 'owner of that AS number',
  'context.browser.family': 'browser family of the user agent: Chrome, Edge, Firefox, Safari, script, …',
  'context.browser.system': 'operating system of the user agent: Windows, Linux, macOS, iOS, Android, …',
  // Indicators: ids of those that match by event time
  'context.indicator.userAgent': 'ids of indicators that match the user agent',
  'context.indicator.address': 'ids of indicators that match the source address; those that were reported begin with reported/',
  'context.indicator.reported': 'who reported the source address as bad to this tenant’s guard, and why; empty if nobody did',
  'context.indicator.network': 'ids of indicators that match the AS number or its owner',
  'context.indicator.application': 'ids of indicators that match the application id',
  'context.indicator.domain': 'ids of indicators that match a domain or URL',
  'context.indicator.name': 'ids of indicators that match a display name',
  'context.indicator.email': 'ids of indicators that match a mail address',
} as const;
export type ContextField = keyof typeof contextFields;
export type Context = { readonly [field in ContextField]?: unknown };
