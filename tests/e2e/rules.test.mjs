// The page's rules that need no browser: how a text is drawn, what may be done about a failure, what is a place.
// @ts-check
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { coordinatesIn } from '../../www/src/compose/coordinates.ts';
import { chatName, chatOf, nextFor } from '../../www/src/sent/record.ts';
import { piecesOf } from '../../www/src/text/markup.ts';

/** Pieces as a text in which each look is named. @param {import('../../www/src/text/markup.ts').Piece[]} pieces @returns {string} */
function shown(pieces) {
  return pieces.map((piece) => (typeof piece === 'string' ? piece : `<${piece.look} ${shown(piece.pieces)}>`)).join('');
}

const TEXTS = {
  plain: 'plain',
  'a *bold* word': 'a <bold bold> word',
  '_it_, ~no~, `code`': '<italic it>, <strike no>, <code code>',
  '*_both_*': '<bold <italic both>>',
  '*one* and *two*': '<bold one> and <bold two>',
  '*a* b*': '<bold a> b*',
  '2*3*4 and snake_case_name': '2*3*4 and snake_case_name',
  'x * not bold * y': 'x * not bold * y',
  '*open': '*open',
  '`*raw*`': '<code *raw*>',
  '```a\n*b*```': '<block a\n*b*>',
  '> said\nand': '<quote said>\nand',
  '- one\n* two\n3. three': '<item • one>\n<item • two>\n<item 3. three>',
  'see https://a.example/x_y_z, now': 'see <link https://a.example/x_y_z>, now',
  '(www.a.example)': '(<link www.a.example>)',
  '*https://a.example/*': '<bold <link https://a.example/>>',
  'javascript:alert(1)': 'javascript:alert(1)',
  '@12025550123 hi, me@12025550123': '<mention @12025550123> hi, me@12025550123',
  '<b>*x*</b>': '<b><bold x></b>',
  '*fünf*é': '*fünf*é',
};

test('a text is read as WhatsApp draws it, and nothing of it is lost', () => {
  for (const [text, wanted] of Object.entries(TEXTS)) assert.equal(shown(piecesOf(text)), wanted, text);
});

test('a text that is made to be slow takes no longer than others', () => {
  for (const text of ['*a '.repeat(5000), '*'.repeat(10_000), '*_~'.repeat(3000) + 'x' + '~_*'.repeat(3000), '```'.repeat(3000), '> '.repeat(5000), 'http://'.repeat(2000)]) {
    const started = performance.now();
    piecesOf(text);
    assert.ok(performance.now() - started < 1000, text.slice(0, 20));
  }
});

const HOUR = 3_600_000;
/** @type {{ failure: Parameters<typeof nextFor>[0]['failure'], hours: number, next: string }[]} */
const FAILURES = [
  { failure: { retryable: 'yes', code: 'W05', status: 502 }, hours: 0, next: 'again' },
  { failure: { retryable: 'yes', code: 'rate_limited', status: 429 }, hours: 1000, next: 'again' },
  { failure: { retryable: 'no', code: 'X17', status: 422 }, hours: 0, next: 'edit' },
  { failure: { retryable: 'unknown', code: 'aborted' }, hours: 1, next: 'again' },
  { failure: { retryable: 'unknown', code: 'connection_failed' }, hours: 23, next: 'again' },
  { failure: { retryable: 'unknown', code: 'connection_failed' }, hours: 25, next: 'look' },
  { failure: { retryable: 'unknown', code: 'in_flight', status: 409 }, hours: 0, next: 'again' },
  { failure: { retryable: 'unknown', code: 'outcome_unknown', status: 409 }, hours: 0, next: 'look' },
  { failure: { retryable: 'unknown', code: 'upstream_failed', status: 502 }, hours: 0, next: 'look' },
];

test('what may be done about a failure is one thing, and never one that could send twice', () => {
  for (const { failure, hours, next } of FAILURES) assert.equal(nextFor({ failure, at: 0 }, hours * HOUR), next, JSON.stringify({ failure, hours }));
});

test('both coordinates are found in what people copy from maps', () => {
  const place = { latitude: '38.8977', longitude: '-77.0365' };
  for (const text of ['38.8977, -77.0365', ' 38.8977 -77.0365 ', 'geo:38.8977,-77.0365?z=17', 'https://www.google.com/maps/@38.8977,-77.0365,17z', 'https://maps.apple.com/?ll=38.8977,-77.0365&q=Here', 'https://www.openstreetmap.org/#map=17/38.8977/-77.0365']) {
    assert.deepEqual(coordinatesIn(text), place, text);
  }
  for (const text of ['', '38.8977', '38, -77', 'call 202.5550 123.4']) assert.equal(coordinatesIn(text), undefined, text);
});

test('a chat is named as people read it', () => {
  assert.equal(chatName(chatOf('12025550123')), '+1 202-555-0123');
  assert.equal(chatName(chatOf('442079460018')), '+442079460018');
  assert.equal(chatName('12025550123-1600000000@g.us'), '12025550123-1600000000@g.us');
});
