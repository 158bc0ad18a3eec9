/**
 * Days of the Vietnamese lunar calendar, which is reckoned at UTC+7: now and then it is a day, once a
 * month, away from the Chinese one. New moons and the sun's longitude after J. Meeus, Astronomical
 * Formulae for Calculators, chapters 18 and 32.
 */
const ZONE_DAYS = 7 / 24;
const RADIANS = Math.PI / 180;
/** A mean month, and the first new moon of 1900 as a Julian date. */
const MONTH_DAYS = 29.530588853;
const FIRST_NEW_MOON = 2_415_021.076998695;
const EPOCH_JULIAN_DAY = 2_440_588;
const DAY_MS = 24 * 60 * 60 * 1000;
/** Of the sun's way: thirty degrees, twelve in a year. */
const SIGN_DEGREES = 30;

/** YYYY-MM-DD of a day in a lunar year's months 1 to 10. */
export function findLunarDay(year: number, month: number, day: number): string {
  // The month that the winter solstice lies in is the eleventh.
  const first = findEleventh(year - 1);
  const count = Math.round((first - FIRST_NEW_MOON) / MONTH_DAYS);
  const hasLeap = findEleventh(year) - first > 365;
  const plain = month + 1;
  const index = hasLeap && findLeap(count) <= plain ? plain + 1 : plain;
  return sayJulianDay(newMoonDay(count + index) + day - 1);
}

/** The first month, counted from the eleventh, in which the sun enters no sign. */
function findLeap(count: number): number {
  let index = 1;
  while (signAt(newMoonDay(count + index)) !== signAt(newMoonDay(count + index + 1))) index += 1;
  return index;
}

function findEleventh(year: number): number {
  const last = Date.UTC(year, 11, 31) / DAY_MS + EPOCH_JULIAN_DAY;
  const count = Math.floor((last - 2_415_021) / MONTH_DAYS);
  const day = newMoonDay(count);
  // The solstice begins the tenth sign.
  return signAt(day) >= 9 ? newMoonDay(count - 1) : day;
}

/** The Julian day, at UTC+7, of the new moon so many after the first of 1900. */
function newMoonDay(count: number): number {
  const t = count / 1236.85;
  const sine = (degrees: number) => Math.sin(degrees * RADIANS);
  const mean =
    2_415_020.75933 +
    29.53058868 * count +
    0.0001178 * t ** 2 -
    0.000000155 * t ** 3 +
    0.00033 * sine(166.56 + 132.87 * t - 0.009173 * t ** 2);
  const sun = 359.2242 + 29.10535608 * count - 0.0000333 * t ** 2 - 0.00000347 * t ** 3;
  const moon = 306.0253 + 385.81691806 * count + 0.0107306 * t ** 2 + 0.00001236 * t ** 3;
  const node = 21.2964 + 390.67050646 * count - 0.0016528 * t ** 2 - 0.00000239 * t ** 3;
  const terms =
    (0.1734 - 0.000393 * t) * sine(sun) +
    0.0021 * sine(2 * sun) -
    0.4068 * sine(moon) +
    0.0161 * sine(2 * moon) -
    0.0004 * sine(3 * moon) +
    0.0104 * sine(2 * node) -
    0.0051 * sine(sun + moon) -
    0.0074 * sine(sun - moon) +
    0.0004 * sine(2 * node + sun) -
    0.0004 * sine(2 * node - sun) -
    0.0006 * sine(2 * node + moon) +
    0.001 * sine(2 * node - moon) +
    0.0005 * sine(2 * moon + sun);
  // Ephemeris time is ahead of the clock by so many days.
  const ahead = -0.000278 + 0.000265 * t + 0.000262 * t ** 2;
  return Math.floor(mean + terms - ahead + 0.5 + ZONE_DAYS);
}

/** Which twelfth of its way the sun is in as a day begins at UTC+7. */
function signAt(julianDay: number): number {
  const t = (julianDay - 0.5 - ZONE_DAYS - 2_451_545) / 36_525;
  const anomaly = 357.5291 + 35_999.0503 * t - 0.0001559 * t ** 2 - 0.00000048 * t ** 3;
  const sine = (times: number) => Math.sin(times * anomaly * RADIANS);
  const longitude =
    280.46645 +
    36_000.76983 * t +
    0.0003032 * t ** 2 +
    (1.9146 - 0.004817 * t - 0.000014 * t ** 2) * sine(1) +
    (0.019993 - 0.000101 * t) * sine(2) +
    0.00029 * sine(3);
  return Math.floor((((longitude % 360) + 360) % 360) / SIGN_DEGREES);
}

function sayJulianDay(julianDay: number): string {
  return new Date((julianDay - EPOCH_JULIAN_DAY) * DAY_MS).toISOString().slice(0, 10);
}
