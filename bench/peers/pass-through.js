// The floor of an entry Worker: everything goes to the phone's object as it came.

export default {
  async fetch(request, env) {
    const answer = await env.PHONES.getByName('main/1150').fetch('https://phone/', { method: 'POST', body: await request.arrayBuffer() });
    return new Response(await answer.text(), { status: answer.status, headers: { 'content-type': 'application/json' } });
  },
};
