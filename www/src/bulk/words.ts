// The words of Bulk, loaded with it. Another language is another file of this type.
import { bulkEn } from "./strings.en.ts";

export const b: typeof bulkEn = bulkEn;
