// Finds a place in what somebody copied from a map.

const DEGREES = "(-?\\d{1,3}\\.\\d+)";
/** Two numbers, a geo: address, and the links of Google's, Apple's and OpenStreetMap's maps. */
const FORMS = [
  new RegExp(`^\\s*${DEGREES}\\s*[,;\\s]\\s*${DEGREES}\\s*$`),
  new RegExp(`(?:geo:|@|[?&](?:q|ll|query|sll)=)${DEGREES},(?:%20|\\+)?${DEGREES}`),
  new RegExp(`#map=[\\d.]+/${DEGREES}/${DEGREES}`),
];

/** Both coordinates of a text that somebody copied from a map. */
export function coordinatesIn(text: string): { latitude: string; longitude: string } | undefined {
  for (const form of FORMS) {
    const [, latitude, longitude] = form.exec(text) ?? [];
    if (latitude !== undefined && longitude !== undefined) return { latitude, longitude };
  }
  return undefined;
}
