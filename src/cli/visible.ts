/**
 * A control character, line ends and tabs aside, and what makes it one of the colours that the CLI itself puts around
 * words.
 */
const controls = /((?![\n\t])\p{Cc})(\[(?:1|2|22|3[1-36]|39|90)m)?/gu;

/**
 * Text as it can be read on a terminal. Names of streams, keys of rows and words of partners come from those who may write
 * there; a terminal would do what a control character among them says, such as clear the screen above a finding.
 */
export function visible(text: string): string {
  return text.replace(controls, (whole, control: string, colour = '') =>
    control === '\u001b' && colour !== ''
      ? whole
      : `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}${colour}`,
  );
}
