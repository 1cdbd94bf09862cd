// A send as it is written by hand: nothing is checked but the answer's own word.

/** Sends a message in Maytapi's own spelling. */
export async function sendByHand(fetch, url, key, message) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-maytapi-key': key },
    body: JSON.stringify(message),
  });
  const answer = JSON.parse(await response.text());
  if (!response.ok || !answer.success) throw new Error(`not queued: ${response.status} ${answer.message}`);
  return answer.data;
}
