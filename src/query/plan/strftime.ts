/**
 * Times as text by a strftime pattern, and back: what `python_date_format` and `datetime_format` of
 * a dataset's column hold. Times are in UTC; names of days and months are English.
 */

const MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];
const DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

const WRITERS: Readonly<Record<string, (time: Date) => string>> = {
  Y: (time) => padded(time.getUTCFullYear(), 4),
  y: (time) => padded(time.getUTCFullYear() % 100),
  m: (time) => padded(time.getUTCMonth() + 1),
  d: (time) => padded(time.getUTCDate()),
  H: (time) => padded(time.getUTCHours()),
  I: (time) => padded(time.getUTCHours() % 12 || 12),
  M: (time) => padded(time.getUTCMinutes()),
  S: (time) => padded(time.getUTCSeconds()),
  f: (time) => `${padded(time.getUTCMilliseconds(), 3)}000`,
  p: (time) => time.getUTCHours() < 12 ? "AM" : "PM",
  j: (time) => padded(dayOfYear(time), 3),
  B: (time) => MONTHS[time.getUTCMonth()]!,
  b: (time) => MONTHS[time.getUTCMonth()]!.slice(0, 3),
  A: (time) => DAYS[time.getUTCDay()]!,
  a: (time) => DAYS[time.getUTCDay()]!.slice(0, 3),
  Z: () => "",
  z: () => "",
  "%": () => "%",
};

/** Of an unknown directive nothing is made: it stays as it is. */
export function strftime(time: Date, pattern: string): string {
  return pattern.replace(/%(.)/gs, (directive, letter) => WRITERS[letter]?.(time) ?? directive);
}

const READERS: Readonly<Record<string, string>> = {
  Y: "(?<Y>\\d{4})",
  y: "(?<y>\\d{2})",
  m: "(?<m>\\d{1,2})",
  d: "(?<d>\\d{1,2})",
  H: "(?<H>\\d{1,2})",
  I: "(?<I>\\d{1,2})",
  M: "(?<M>\\d{1,2})",
  S: "(?<S>\\d{1,2})",
  f: "(?<f>\\d{1,6})",
  p: "(?<p>[AaPp][Mm])",
  j: "(?<j>\\d{1,3})",
  B: `(?<B>${MONTHS.join("|")})`,
  b: `(?<b>${MONTHS.map((name) => name.slice(0, 3)).join("|")})`,
  A: `(?:${DAYS.join("|")})`,
  a: `(?:${DAYS.map((name) => name.slice(0, 3)).join("|")})`,
  z: "(?<z>Z|[+-]\\d{2}:?\\d{2})",
  Z: "(?:UTC|GMT)?",
  "%": "%",
};

/** The time that stands anywhere in a text; null where none does, or the pattern is not known. */
export function strptime(text: string, pattern: string): Date | null {
  const found = readerOf(pattern)?.exec(text)?.groups;
  if (found === undefined) return null;
  const number = (letter: string, absent: number) =>
    found[letter] === undefined ? absent : Number(found[letter]);
  const name = found.B ?? found.b;
  const month = name === undefined
    ? number("m", 1)
    : MONTHS.findIndex((one) => one.toLowerCase().startsWith(name.toLowerCase())) + 1;
  const short = number("y", 70);
  const year = number("Y", short < 69 ? 2000 + short : 1900 + short);
  const day = found.j === undefined ? number("d", 1) : number("j", 1);
  const hour = found.I === undefined
    ? number("H", 0)
    : number("I", 12) % 12 + (found.p?.toLowerCase() === "pm" ? 12 : 0);
  const time = new Date(0);
  time.setUTCFullYear(year, found.j === undefined ? month - 1 : 0, day);
  if (found.j === undefined && time.getUTCMonth() !== month - 1) return null;
  const milliseconds = Math.floor(Number((found.f ?? "0").padEnd(6, "0")) / 1000);
  time.setUTCHours(hour, number("M", 0), number("S", 0), milliseconds);
  return new Date(time.getTime() - zoneOf(found.z) * 60_000);
}

const readers = new Map<string, RegExp | null>();

function readerOf(pattern: string): RegExp | null {
  const known = readers.get(pattern);
  if (known !== undefined) return known;
  const source = pattern.replace(
    /%(.)|[^%]/gs,
    (part, letter) => letter === undefined ? RegExp.escape(part) : READERS[letter] ?? "\0",
  );
  let reader: RegExp | null = null;
  try {
    reader = source.includes("\0") ? null : new RegExp(source, "i");
  } catch {
    // A directive that stands twice.
  }
  if (readers.size > 200) readers.clear();
  readers.set(pattern, reader);
  return reader;
}

/** Minutes east of Greenwich. */
function zoneOf(zone: string | undefined): number {
  if (zone === undefined || zone.toUpperCase() === "Z") return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2));
  return zone.startsWith("-") ? -minutes : minutes;
}

function dayOfYear(time: Date): number {
  return Math.floor((time.getTime() - Date.UTC(time.getUTCFullYear(), 0, 1)) / 86_400_000) + 1;
}

function padded(number: number, length = 2): string {
  return String(number).padStart(length, "0");
}
