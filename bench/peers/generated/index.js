// The shape of the client that OpenAPI Generator's "typescript" template makes from Maytapi's description, compiled to ES modules.
export { createConfiguration } from './configuration.js';
export { ServerConfiguration } from './servers.js';
export { PhoneIdSendMessagePostRequest } from './models.js';
export { PromiseMessageSendingOperationsApi as MessageSendingOperationsApi } from './promise-api.js';
