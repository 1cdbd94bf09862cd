// The floor of an entry Worker: everything goes to the phone's object as it came.

export default {
  async fetch(request, env) {
    const told = await env.PHONES.getByName('main/1150').send('', new Uint8Array(await request.arrayBuffer()));
    return new Response(told, { headers: { 'content-type': 'application/json' } });
  },
};
