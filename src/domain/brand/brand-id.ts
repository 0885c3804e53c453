import { asBrandId, type BrandId } from '../shared/ids.js';

/** Letters that Unicode does not take apart into a base letter and a mark. */
const foldings: Readonly<Record<string, string>> = {
  '&': ' and ',
  '+': ' plus ',
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ł: 'l',
  ı: 'i',
};

/**
 * Streams and rows are named by it. A name gives a longer one only when it is none, or of very many letters of other
 * scripts.
 */
export const maxBrandIdLength = 1_000;

/**
 * The id of a brand: its name in lower case ASCII words joined by dashes, such as `sol-and-luna` for `Sol & Luna`.
 *
 * Spellings that differ in case, spaces, accents or punctuation are one brand on purpose. Letters of other scripts
 * become their code points, so that such brands stay apart; a name without any letter or digit is spelled out likewise.
 */
export function brandIdOf(name: string): BrandId {
  const folded = [...name.normalize('NFKD').toLowerCase()]
    .map((character) => foldings[character] ?? character)
    .join('');
  const words = folded
    .replace(/\p{M}/gu, '')
    .replace(/['’]/g, '')
    .replace(/[^\p{ASCII}]/gu, (character) => (/[\p{L}\p{N}]/u.test(character) ? codePoint(character) : ' '))
    .match(/[a-z0-9]+/g);
  return asBrandId(words ? words.join('-') : [...name.trim()].map(codePoint).join('-'));
}

function codePoint(character: string): string {
  return `u${(character.codePointAt(0) ?? 0).toString(16)}`;
}
