// What a job title says about its holder: an executive, somebody in finance, in sales, or who runs the computers. Called by context.ts, which remembers the answers.

export type TargetedRole = 'executive' | 'finance' | 'sales' | 'it' | 'none';

/** Whole words or phrases, after folding case and accents, by language. Japanese has no blanks between words and is searched as text. */
const words: Record<Exclude<TargetedRole, 'none'>, Readonly<Record<string, string>>> = {
  executive: {
    english:
      'ceo|cfo|coo|cto|cio|ciso|cmo|cro|chro|cpo|chief|president|vice president|vp|svp|evp|managing director|' +
      'executive director|general manager|chairman|chairwoman|chairperson|chair of the board|board member|founder|' +
      'co founder|cofounder|managing partner|owner|director general|general counsel',
    french:
      'pdg|directeur general|directrice generale|president directeur|presidente|dirigeant|dirigeante|gerant|gerante|' +
      'membre du directoire|secretaire general|secretaire generale|daf',
    german:
      'geschaftsfuhrer|geschaftsfuhrerin|geschaftsfuhrung|vorstand|vorstandin|vorstandsmitglied|vorstandsvorsitzender|' +
      'vorstandsvorsitzende|aufsichtsrat|aufsichtsratin|inhaber|inhaberin|prokurist|prokuristin|kaufmannischer leiter|' +
      'kaufmannische leiterin|geschaeftsfuehrer|geschaeftsfuehrerin|geschaeftsfuehrung|geschaeftsleitung|' +
      'geschaftsleitung',
    spanish:
      'director general|directora general|consejero delegado|consejera delegada|gerente general|director ejecutivo|' +
      'directora ejecutiva',
    italian: 'amministratore delegato|amministratrice delegata|direttore generale|direttrice generale|consigliere delegato',
    portuguese:
      'diretor geral|diretora geral|diretor executivo|diretora executiva|administrador delegado|administradora delegada|' +
      'director geral',
    dutch: 'algemeen directeur|directeur|bestuurder|bestuursvoorzitter|eigenaar|zaakvoerder',
  },
  finance: {
    english:
      'finance|financial|accountant|accountants|accounting|accounts|accounts payable|accounts receivable|controller|' +
      'treasurer|treasury|payroll|bookkeeper|bookkeeping|billing|auditor|billing clerk|purchasing|procurement',
    french:
      'financier|financiere|finances|comptable|comptabilite|tresorier|tresoriere|tresorerie|controleur de gestion|' +
      'controleuse de gestion|paie',
    german:
      'finanzen|finanzwesen|finanzbuchhalter|finanzbuchhalterin|finanzbuchhaltung|finanzleiter|finanzleiterin|' +
      'buchhalter|buchhalterin|buchhaltung|bilanzbuchhalter|bilanzbuchhalterin|rechnungswesen|lohnbuchhaltung|' +
      'kreditorenbuchhaltung|debitorenbuchhaltung|controlling|kassenwart|einkauf',
    spanish: 'finanzas|financiero|financiera|contable|contabilidad|contador|contadora|tesorero|tesorera|tesoreria|nominas|' + 'facturacion',
    italian: 'finanza|finanziario|finanziaria|contabile|contabilita|ragioniere|ragioniera|tesoriere|tesoreria|fatturazione',
    portuguese: 'financas|financeiro|financeira|contabilista|contabilidade|tesoureiro|tesoureira|tesouraria|faturacao',
    dutch:
      'financien|financieel|boekhouder|boekhoudster|boekhouding|penningmeester|salarisadministratie|debiteurenbeheer|' +
      'crediteurenbeheer',
  },
  sales: {
    english: 'sales|account executive|account manager|key account|business development|commercial director',
    french:
      'ventes|vente|commercial|commerciale|vendeur|vendeuse|charge d affaires|chargee d affaires|technico commercial|' +
      'technico commerciale',
    german:
      'vertrieb|vertriebsleiter|vertriebsleiterin|vertriebsmitarbeiter|vertriebsmitarbeiterin|verkauf|verkaufer|' +
      'verkauferin|verkaufsleiter|verkaufsleiterin|aussendienst|kundenberater|kundenberaterin|verkaeufer|verkaeuferin',
    spanish: 'comercial|vendedor|vendedora|ventas',
    italian: 'vendite|venditore|venditrice|commerciale',
    portuguese: 'vendas|comercial',
    dutch: 'verkoop|verkoper|verkoopster|verkoopleider|vertegenwoordiger|commercieel',
  },
  it: {
    english:
      'it|ict|helpdesk|help desk|service desk|it support|information technology|information security|it security|cyber security|cybersecurity|security analyst|' +
      'system administrator|systems administrator|sysadmin|network administrator|exchange administrator|cloud administrator|microsoft 365 administrator|domain administrator|' +
      'network engineer|systems engineer|cloud engineer|devops|site reliability engineer|database administrator|desktop support',
    french:
      'informatique|informaticien|informaticienne|dsi|rssi|administrateur systeme|administrateur systemes|administratrice systeme|administrateur reseau|support technique',
    german:
      'edv|informatik|informatiker|informatikerin|systemadministrator|systemadministratorin|netzwerkadministrator|netzwerkadministratorin|administrator|administratorin|' +
      'fachinformatiker|fachinformatikerin|systemtechniker|systemtechnikerin|informationssicherheit',
    spanish:
      'informatica|informatico|sistemas|administrador de sistemas|administradora de sistemas|administrador de correo|soporte tecnico|seguridad informatica|ti',
    italian:
      'informatico|informatica|sistemista|amministratore di sistema|amministratrice di sistema|sistemi informativi|assistenza tecnica',
    portuguese:
      'informatica|informatico|administrador de sistemas|administradora de sistemas|suporte tecnico|tecnologia da informacao|tecnologias de informacao',
    dutch: 'systeembeheerder|systeembeheer|netwerkbeheerder|applicatiebeheerder|automatisering|informatiebeveiliging',
  },
};
const japanese: Record<Exclude<TargetedRole, 'none'>, readonly string[]> = {
  executive: ['代表取締役', '取締役', '社長', '会長', '専務', '常務', '執行役員', '最高経営責任者', '最高財務責任者', '役員'],
  finance: ['経理', '財務', '会計', '出納', '給与', '購買'],
  sales: ['営業', '販売', 'セールス'],
  it: ['情報システム', '情シス', 'システム管理', '情報セキュリティ', 'ヘルプデスク', 'ネットワーク管理'],
};

/** Titles that hold such a word but say that somebody serves or builds for the role; they are looked at again without it. */
const servants =
  /\b(?:assistant|assistante|assistent|assistentin|assistenz|asistente|assistente|secretary|secretaire|sekretar|sekretarin|secretaria|segretaria|segretario|secretaresse|pa) (?:to|of|for|du|de la|de|der|des|van de|van het|van|del|della|di|do|da)\b.*/g;
const lookAlikes =
  /\b(?:executive (?:assistant|secretary|chef)|product owner|process owner|system owner|sales (?:engineer|force developer|ops developer|systems? administrator)|salesforce \w+|(?:domain|traffic|document|flight|quality|air traffic) controller|controller (?:engineer|developer|operator)|accounts administrator|assistente? (?:di |da )?direzione|assistante? de direction|vorstandsassisten(?:t|tin|z)|fire chief|police chief|chief (?:engineer|inspector|nurse|mechanic|officer of police)|user accounts?|vice principal|commercial (?:pilot|lawyer|electrician|driver))\b/g;

/** Lower case without accents, every run of other signs one blank. */
const fold = (text: string) =>
  text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(/ß/g, 'ss')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();

const patterns = Object.entries(words).map(
  ([role, list]) => [role as Exclude<TargetedRole, 'none'>, new RegExp(`(?:^| )(?:${Object.values(list).join('|')})(?: |$)`)] as const,
);

/**
 * Titles are what a directory holds: English, French, German, Spanish, Italian, Portuguese, Dutch, Japanese.
 * An executive's assistant counts as none, a sales engineer too: the campaigns went for those who sign and pay.
 */
export function roleOfTitle(written: string): TargetedRole {
  const title = written.slice(0, 256);
  const compact = title.normalize('NFKC');
  for (const role of ['executive', 'finance', 'sales', 'it'] as const)
    if (japanese[role].some((word) => compact.includes(word)) && !/(?:秘書|補佐|アシスタント)/.test(compact)) return role;
  const text = fold(title).replace(servants, ' ').replace(lookAlikes, ' ').replace(/ +/g, ' ').trim();
  return patterns.find(([, pattern]) => pattern.test(text))?.[0] ?? 'none';
}
