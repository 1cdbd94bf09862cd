// The process side of contender.mjs: loads one contender, and runs a round whenever it is asked to.
// @ts-check
const [name, data] = process.argv.slice(2);

try {
  const { start } = await import(`./contenders/${name}.mjs`);
  const { round, value } = await start(JSON.parse(data ?? 'null'));
  process.on('message', async (/** @type {any} */ { argument }) => {
    try {
      process.send?.({ value: await round(argument) });
    } catch (error) {
      process.send?.({ error: String(error instanceof Error ? error.stack : error) });
    }
  });
  process.send?.({ value });
} catch (error) {
  process.send?.({ error: String(error instanceof Error ? error.stack : error) });
}
// Whoever started it is gone.
process.on('disconnect', () => process.exit(0));
