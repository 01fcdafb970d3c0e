// Every app setting in one place: what src/config.ts reads, and what the Functions host itself needs. A test compares the names with src/config.ts and the local sample.
param appName string
param identityClientId string
param readerApp string
param responderApp string
param consoleApp string
param responderGroup string
param protectedObjects string
param live string
param tenants string
param webhookEntry string
param webhookChannelsEntry string
param vaultName string
param hostStorageName string
param dataStorageName string
param componentName string
param identityId string
param indicatorFeeds string
param eventsGroupName string
param eventResources string
param hubNamespaceName string
param hubName string

var clouds = { AzureCloud: 'public', AzureUSGovernment: 'usgov', AzureChinaCloud: 'china' }
var hubSuffixes = {
  AzureCloud: 'servicebus.windows.net'
  AzureUSGovernment: 'servicebus.usgovcloudapi.net'
  AzureChinaCloud: 'servicebus.chinacloudapi.cn'
}
var partnerEvents = {
  subscription: subscription().subscriptionId
  group: eventsGroupName
  location: resourceGroup().location
  storage: hostStorage.id
  identity: identityId
  resources: split(eventResources, ',')
}
var consoleUrl = 'https://${site.properties.defaultHostName}/api/console'

resource site 'Microsoft.Web/sites@2024-11-01' existing = {
  name: appName
}

resource hostStorage 'Microsoft.Storage/storageAccounts@2024-01-01' existing = {
  name: hostStorageName
}

resource dataStorage 'Microsoft.Storage/storageAccounts@2024-01-01' existing = {
  name: dataStorageName
}

resource component 'Microsoft.Insights/components@2020-02-02' existing = {
  name: componentName
}

// An empty value counts as "not set" (src/config.ts).
resource settings 'Microsoft.Web/sites/config@2024-11-01' = {
  parent: site
  name: 'appsettings'
  properties: {
    // The host
    AzureWebJobsStorage__blobServiceUri: hostStorage.properties.primaryEndpoints.blob
    AzureWebJobsStorage__queueServiceUri: hostStorage.properties.primaryEndpoints.queue
    AzureWebJobsStorage__credential: 'managedidentity'
    AzureWebJobsStorage__clientId: identityClientId
    APPLICATIONINSIGHTS_CONNECTION_STRING: component.properties.ConnectionString
    APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identityClientId};Authorization=AAD'
    // Who the guard is
    AZURE_CLIENT_ID: identityClientId
    TG_CLOUD: clouds[environment().name]
    TG_HOME_TENANT: tenant().tenantId
    TG_READER_APP: readerApp
    TG_RESPONDER_APP: responderApp
    TG_CONSOLE_APP: consoleApp
    TG_CONSOLE_URL: consoleUrl
    // What it guards, who may act, and how
    TG_TENANTS: tenants
    TG_RESPONDER_GROUP: responderGroup
    TG_PROTECTED_OBJECTS: protectedObjects
    TG_LIVE: live
    TG_WEBHOOK_URL: empty(webhookEntry) ? '' : '@Microsoft.KeyVault(VaultName=${vaultName};SecretName=${webhookEntry})'
    TG_WEBHOOK_CHANNELS: empty(webhookChannelsEntry) ? '' : '@Microsoft.KeyVault(VaultName=${vaultName};SecretName=${webhookChannelsEntry})'
    // Its data
    TG_DATA_TABLE_URI: dataStorage.properties.primaryEndpoints.table
    TG_DATA_BLOB_URI: dataStorage.properties.primaryEndpoints.blob
    // How often it looks; seconds, and NCRONTAB in UTC
    TG_CADENCE_FAST: '300'
    TG_CADENCE_CONFIG: '1800'
    TG_CADENCE_RECONCILE: '3600'
    TG_PLANNER_SCHEDULE: '0 * * * * *'
    TG_SWEEPER_SCHEDULE: '30 * * * * *'
    TG_SUBSCRIPTIONS_SCHEDULE: '0 */15 * * * *'
    // What it reads of other people's indicators; empty: nothing
    TG_INDICATOR_FEEDS: indicatorFeeds
    TG_INDICATORS_SCHEDULE: '0 5 * * * *'
    // What tells it to look earlier; empty: nothing
    TG_PARTNER_EVENTS: empty(eventResources) ? '' : string(partnerEvents)
    TG_EVENT_HUB__fullyQualifiedNamespace: empty(hubNamespaceName) ? '' : '${hubNamespaceName}.${hubSuffixes[environment().name]}'
    TG_EVENT_HUB__credential: 'managedidentity'
    TG_EVENT_HUB__clientId: identityClientId
    TG_EVENT_HUB_NAME: hubName
  }
}

output consoleUrl string = consoleUrl
