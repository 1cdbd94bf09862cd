// @ts-check
// The surface of the OpenAPI-generated Maytapi client over this package's core: only the import changes.
export * from "./lib/openapi/http.js";
export * from "./lib/openapi/servers.js";
export * from "./lib/openapi/auth.js";
export * from "./lib/openapi/models.js";
export * from "./lib/openapi/exception.js";
export { createConfiguration } from "./lib/openapi/configuration.js";
export { MessageSendingOperationsApi } from "./lib/openapi/sending.js";
export { AccountInformationRetrievalApi, BusinessCatalogBetaApi, QueueOperationsApi, SessionInformationGettersApi } from "./lib/openapi/reads.js";
