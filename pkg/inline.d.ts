// The same as the package itself, with the bytes of the module inside.
export * from "./index.js";
