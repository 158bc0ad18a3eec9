/**
 * Each currency (ISO 4217) with the countries (ISO 3166-1) where prices are written in it: the legal tender
 * of today, and the country's own where there are two. Unicode CLDR 48, supplemental/currencyData.
 */
const COUNTRIES_OF = `
  AED:AE AFN:AF ALL:AL AMD:AM AOA:AO ARS:AR AUD:AU,CC,CX,KI,NF,NR,TV AWG:AW AZN:AZ BAM:BA BBD:BB
  BDT:BD BHD:BH BIF:BI BMD:BM BND:BN BOB:BO BRL:BR BSD:BS BTN:BT BWP:BW BYN:BY BZD:BZ CAD:CA
  CDF:CD CHF:CH,LI CLP:CL CNY:CN COP:CO CRC:CR CUP:CU CVE:CV CZK:CZ DJF:DJ DKK:DK,FO,GL DOP:DO
  DZD:DZ EGP:EG ERN:ER ETB:ET
  EUR:AD,AT,AX,BE,BG,BL,CY,DE,EE,ES,FI,FR,GF,GP,GR,HR,IE,IT,LT,LU,LV,MC,ME,MF,MQ,MT,NL,PM,PT,RE,SI,SK,SM,VA,XK,YT
  FJD:FJ FKP:FK GBP:GB,GG,IM,JE GEL:GE GHS:GH GIP:GI GMD:GM GNF:GN GTQ:GT GYD:GY HKD:HK HNL:HN
  HTG:HT HUF:HU IDR:ID ILS:IL,PS INR:IN IQD:IQ IRR:IR ISK:IS JMD:JM JOD:JO JPY:JP KES:KE KGS:KG
  KHR:KH KMF:KM KPW:KP KRW:KR KWD:KW KYD:KY KZT:KZ LAK:LA LBP:LB LKR:LK LRD:LR LSL:LS LYD:LY
  MAD:EH,MA MDL:MD MGA:MG MKD:MK MMK:MM MNT:MN MOP:MO MRU:MR MUR:MU MVR:MV MWK:MW MXN:MX MYR:MY
  MZN:MZ NAD:NA NGN:NG NIO:NI NOK:NO,SJ NPR:NP NZD:CK,NU,NZ,TK OMR:OM PAB:PA PEN:PE PGK:PG
  PHP:PH PKR:PK PLN:PL PYG:PY QAR:QA RON:RO RSD:RS RUB:RU RWF:RW SAR:SA SBD:SB SCR:SC SDG:SD
  SEK:SE SGD:SG SHP:SH SLE:SL SOS:SO SRD:SR SSP:SS STN:ST SYP:SY SZL:SZ THB:TH TJS:TJ TMT:TM
  TND:TN TOP:TO TRY:TR TTD:TT TWD:TW TZS:TZ UAH:UA UGX:UG
  USD:AS,BQ,EC,FM,GU,IO,MH,MP,PR,PW,SV,TC,TL,US,VG,VI UYU:UY UZS:UZ VES:VE VND:VN VUV:VU WST:WS
  XAF:CF,CG,CM,GA,GQ,TD XCD:AG,AI,DM,GD,KN,LC,MS,VC XCG:CW,SX XOF:BF,BJ,CI,GW,ML,NE,SN,TG
  XPF:NC,PF,WF YER:YE ZAR:ZA ZMW:ZM ZWG:ZW
`;

const entries = COUNTRIES_OF.trim()
  .split(/\s+/)
  .map((entry): [string, string[]] => [entry.slice(0, 3), entry.slice(4).split(",")]);

/** Every currency that a branch can have. */
export const CURRENCIES: readonly string[] = entries.map(([currency]) => currency);

const byCountry = new Map(
  entries.flatMap(([currency, countries]) => countries.map((country) => [country, currency])),
);

/** The currency of a country; empty for one that no branch can be in. */
export function currencyOf(country: string): string {
  return byCountry.get(country) ?? "";
}

type Kept = { country: string; currency: string | null };

/** The currency of a branch, of which nothing is kept where it is its country's. */
export function readCurrency({ country, currency }: Kept): string {
  return currency ?? currencyOf(country);
}

/** What is kept of a branch's currency. */
export function keepCurrency({ country, currency }: { country: string; currency: string }) {
  return currency === currencyOf(country) ? null : currency;
}

/** The currency after a move to another country: that one's, or what was chosen beside the old one's. */
export function moveCurrency(
  { country, currency = currencyOf(country) }: { country: string; currency?: string | undefined },
  to: string,
): string {
  return currency === currencyOf(country) ? currencyOf(to) : currency;
}
