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
  'context.habit.country': 'true if an earlier successful sign-in, a day or more before, came from this country; false if none is known',
  'context.habit.network': 'true if an earlier successful sign-in, a day or more before, came from this network; false if none is known',
  'context.habit.application':
    'true if an earlier successful sign-in, a day or more before, went to this application; false if none is known',
  'context.app.woke':
    "true on an application's first sign-in after at least two whole calendar months without one; false for people's; undefined while no earlier month is known",
  'context.app.silentMonths':
    'whole calendar months without a sign-in of the application before this one; undefined while no earlier one is known',
  'context.app.age': 'whole days since the application came into this tenant, where the record carries the date',
  // Whether an application is who its name says (look-alike.ts, publisher.ts)
  'context.app.brand': 'well-known brands whose name the application bears, by right or not',
  'context.app.imitates': 'well-known brands whose name it is written to look like in other letters (Unicode’s confusables)',
  'context.app.mixedScripts': 'true if a word of its name mixes Latin letters with Cyrillic, Greek or others',
  'context.app.foreignBrand':
    'true if it bears a brand and its verified publisher is another, or nobody is verified and no reply address is the brand’s; undefined where the record tells neither',
  'context.app.answersElsewhere':
    'true if no reply address has a word of the verified publisher or of the application’s name in it; undefined where one of the two is missing',
  // How it came here since the sign-in before (travel.ts); undefined where one of the two places is not told
  'context.travel.kilometres': 'distance from the place of the sign-in before',
  'context.travel.speed': 'km/h that it would have taken; at most too slow, since of each clock hour only the first sign-in is kept',
  'context.travel.explained':
    'what else explains it: relay, carrier, microsoft (at either end), habit (a network used for a day or more); empty if nothing does',
  'context.travel.impossible': 'true if faster than 1,000 km/h over 500 km or more, and nothing explains it',
  // Whether strong authentication on a registered device that the user had a day before came first, in this clock hour or the one before it (strong.ts)
  'context.strong.sameNetwork': '… from the same network',
  'context.strong.sameCountry': '… from the same country; undefined for records that name no country',
  // What can be read of the tenant at all
  'context.tenant.signInsUnread': 'true if no sign-in of this tenant can be read (no permission, no licence, or an export without any)',
  'context.tenant.signInsLate': 'true if sign-ins of this tenant are read only through the unified audit log, an hour or more late',
  // Where it sends mail
  'context.mail.external': 'domains of forwarding targets that are not the domain of the mailbox or its organisation',
  // Who it is (directory facts; undefined where the directory was not read)
  'context.user.title': 'the job title as the directory spells it',
  'context.user.role': 'executive | finance | sales | it | none, from the title in eight languages',
  'context.user.privileged': 'true if the user holds a privileged directory role',
  'context.user.roles': 'names of the directory roles held',
  'context.user.synchronised': 'true if the account is mastered on premises',
  'context.user.kind': 'person | service | room | sync | scanner, from roles, title and names; undefined if nothing tells',
  'context.user.human': 'true for a person, false for the others; undefined if nothing tells',
  // Where it came from: the record’s own word first, else the table in data/networks.br
  'context.network.asn': 'AS number that the record carries (Graph beta, diagnostic settings), else that of the address in the table',
  'context.network.owner': 'owner of that AS number',
  'context.network.source': 'record | table: who told the AS number',
  'context.network.kind':
    'hosting | relay (shared ways out: security gateways, privacy relays) | carrier | microsoft (its own services) | other; undefined if the owner is not known',
  'context.network.hosting': 'true if it is a hosting provider’s; undefined if the owner is not known',
  'context.browser.family': 'browser family of the user agent: Chrome, Edge, Firefox, Safari, script, …',
  'context.browser.system': 'operating system of the user agent: Windows, Linux, macOS, iOS, Android, …',
  // Indicators: ids of those that match by event time
  'context.indicator.userAgent': 'ids of indicators that match the user agent',
  'context.indicator.address': 'ids of indicators that match the source address; those that were reported begin with reported/',
  'context.indicator.reported': 'who reported the source address as bad to this tenant’s guard, and why; empty if nobody did',
  'context.indicator.feed':
    'ids of what foreign feeds list and the record shows: its address, AS number, user agent, application, domains, URLs or mail addresses; empty without feeds',
  'context.indicator.listed': 'the same in words: value, feed, confidence',
  'context.indicator.network': 'ids of indicators that match the AS number or its owner',
  'context.indicator.application':
    'ids of indicators that match an application id in the record: who signed in or acted, or what was let in or changed',
  'context.indicator.domain': 'ids of indicators that match a domain or URL',
  'context.indicator.name': 'ids of indicators that match a display name',
  'context.indicator.email': 'ids of indicators that match a mail address',
} as const;
export type ContextField = keyof typeof contextFields;
export type Context = { readonly [field in ContextField]?: unknown };
