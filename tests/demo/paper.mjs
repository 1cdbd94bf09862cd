// What the demo prints: numbered steps in 80 columns, colours only where somebody looks, secrets never.
// @ts-check

const WIDTH = 80;
const INDENT = '   ';

export class Paper {
  #steps = 0;
  #out;
  #colours;
  /** @type {string[]} */
  #secrets = [];

  /** @param {NodeJS.WriteStream} out */
  constructor(out) {
    this.#out = out;
    this.#colours = out.isTTY === true && !process.env.NO_COLOR && process.env.TERM !== 'dumb';
  }

  /** From now on this is not printed, whatever it stands in. @param {string} secret */
  hide(secret) {
    this.#secrets.push(secret);
  }

  /** @param {string} text */
  title(text) {
    this.#print(this.#paint('1', text));
  }

  /** A numbered step. @param {string} text */
  step(text) {
    this.#steps += 1;
    this.#print(`\n${this.#paint('1;32', String(this.#steps))}  ${this.#paint('1', text)}`);
  }

  /** A sentence, wrapped between words. @param {string} text */
  say(text) {
    for (const line of wrapped(text)) this.#print(INDENT + line);
  }

  /** Code or JSON, as it is. @param {string} text */
  code(text) {
    for (const line of text.split('\n')) this.#print(line === '' ? '' : INDENT + this.#paint('36', line));
  }

  /** Names and values in two columns; a long value goes on below itself. @param {[name: string, value: string][]} rows */
  table(rows) {
    const column = Math.max(...rows.map(([name]) => name.length)) + 2;
    for (const [name, value] of rows) {
      const room = WIDTH - INDENT.length - column;
      const lines = value.match(new RegExp(`.{1,${room}}`, 'gs')) ?? [''];
      lines.forEach((line, index) => {
        const head = (index === 0 ? name : '').padEnd(column);
        this.#print(`${INDENT}${this.#paint('2', head)}${line}`);
      });
    }
  }

  /** A line that is not broken, such as an address to click. @param {string} text */
  line(text) {
    this.#print(INDENT + this.#paint('4', text));
  }

  /** @param {string} text */
  #print(text) {
    this.#out.write(`${this.#secrets.reduce((clean, secret) => clean.replaceAll(secret, '[secret]'), text)}\n`);
  }

  /**
   * @param {string} code an ANSI colour
   * @param {string} text
   */
  #paint(code, text) {
    return this.#colours ? `\x1b[${code}m${text}\x1b[0m` : text;
  }
}

/** @param {string} text */
function wrapped(text) {
  const lines = [''];
  for (const word of text.split(' ')) {
    const last = lines.at(-1) ?? '';
    const longer = last === '' ? word : `${last} ${word}`;
    if (longer.length > WIDTH - INDENT.length && last !== '') lines.push(word);
    else lines[lines.length - 1] = longer;
  }
  return lines;
}
