// The module that emoji-list.ts makes at build time.
declare module "virtual:emoji" {
  const lines: string;
  export default lines;
}
