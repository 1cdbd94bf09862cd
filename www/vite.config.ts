// How the console is built, and where `vite dev` finds an edge proxy: EDGE=http://127.0.0.1:8787 npm run dev
import { defineConfig, loadEnv } from "vite";
import { emojiList } from "./emoji-list.ts";

export default defineConfig(({ mode }) => {
  const edge = loadEnv(mode, import.meta.dirname, "EDGE").EDGE ?? "http://127.0.0.1:8787";
  const proxied = { target: edge, headers: { origin: edge } };
  return {
    plugins: [emojiList()],
    build: {
      target: "es2022",
      // The page's policy allows files of its own origin only: nothing may become a data: URI or an inline script.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
    },
    // Pre-bundling would move the package's entry away from the .wasm that lies beside it.
    optimizeDeps: { exclude: ["maytapi"] },
    server: {
      host: "127.0.0.1",
      // To the proxy the page stays of its own origin, as it is where the Worker serves both.
      proxy: { "/api": proxied, "/token": proxied },
    },
  };
});
