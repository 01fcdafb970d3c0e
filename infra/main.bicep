// The whole guard for one installation: composes the modules of app/, names things, and hands azd its outputs. Nothing is created here but the resource group.
targetScope = 'subscription'

@minLength(1)
@maxLength(64)
@description('Name of the azd environment; part of every name and tag.')
param environmentName string

@minLength(1)
@metadata({ azd: { type: 'location' } })
@description('Region. Flex Consumption must be offered there for the chosen Node version.')
param location string

@description('Client id of the app registration that reads (infra/hooks/register.ts makes it).')
param readerApp string

@description('Client id of the app registration that acts.')
param responderApp string

@description('Client id of the app registration that people sign in to the console with.')
param consoleApp string

@description('Object id of the Entra group whose members may press buttons. Empty: nobody may.')
param responderGroup string = ''

@description('Object ids that are never contained, separated by commas: break-glass accounts first.')
param protectedObjects string = ''

@allowed(['true', 'false'])
@description('true: Contain acts. false: Contain rehearses (reads, plans, shows, changes nothing).')
param live string = 'false'

@description('Tenants under guard from the start, such as GUID=Contoso; GUID=Fabrikam. Empty: the tenant of this subscription. Later ones: tenant-guard tenants add.')
param tenants string = ''

@description('Name of the Key Vault entry that holds the Teams webhook address. Empty: no webhook.')
param webhookEntry string = ''

@description('Name of the Key Vault entry that lists further channels, such as CONTOSO https://…; FABRIKAM https://…. Empty: none.')
param webhookChannelsEntry string = ''

@description('Object id of a person who may write webhook addresses to the vault. Empty: nobody gets that right here.')
param vaultWriter string = ''

@description('Object id of a service that may ring the guard through its Event Grid topic. Empty: nobody gets that right here.')
param eventSender string = ''

@description('Object id of a person who may publish packs (tenant-guard campaign publish). Empty: nobody gets that right here.')
param packPublisher string = ''

@description('Indicator feeds to read, separated by semicolons: KIND NAME URL; the kinds are stix, taxii, misp, csv. Empty: none.')
param indicatorFeeds string = ''

@description('Resources whose changes Graph tells the guard at once, separated by commas: users, groups, alerts. Empty: no partner topics.')
param eventResources string = ''

@allowed(['true', 'false'])
@description('true: an Event Hub that diagnostic settings can push sign-ins to. It costs a fixed sum a month.')
param eventHub string = 'false'

@description('Node major version of the function app, as offered by: az functionapp list-flexconsumption-runtimes.')
param nodeVersion string = '24'

@allowed([512, 2048, 4096])
@description('Memory of one instance in MB.')
param instanceMemory int = 512

@minValue(40)
@maxValue(1000)
@description('Most instances at once. 40 is the least that Flex Consumption safely accepts, and the most that a stamp needs.')
param maximumInstances int = 40

@description('Log ingestion per day in GB; what comes after it is dropped until the next day.')
param dailyLogCap string = '0.5'

@description('Resource id of an Azure Monitor action group that is told when the guard itself is silent. Empty: nobody is told.')
param alertActionGroup string = ''

@minValue(30)
@maxValue(146000)
@description('Days that frozen evidence can be neither changed nor deleted.')
param evidenceDays int = 180

var tags = { 'azd-env-name': environmentName }
var token = toLower(uniqueString(subscription().id, environmentName, location))

resource group 'Microsoft.Resources/resourceGroups@2024-03-01' = {
  name: 'rg-${environmentName}'
  location: location
  tags: tags
}

module identity 'app/identity.bicep' = {
  name: 'identity'
  scope: group
  params: { name: 'id-${token}', location: location, tags: tags }
}

module storage 'app/storage.bicep' = {
  name: 'storage'
  scope: group
  params: {
    hostName: 'sthost${token}'
    dataName: 'stdata${token}'
    location: location
    tags: tags
    evidenceDays: evidenceDays
  }
}

module monitoring 'app/monitoring.bicep' = {
  name: 'monitoring'
  scope: group
  params: {
    workspaceName: 'log-${token}'
    componentName: 'appi-${token}'
    location: location
    tags: tags
    dailyCap: dailyLogCap
    actionGroup: alertActionGroup
  }
}

module vault 'app/vault.bicep' = {
  name: 'vault'
  scope: group
  params: { name: 'kv-${token}', location: location, tags: tags }
}

module events 'app/events.bicep' = {
  name: 'events'
  scope: group
  params: { name: 'evgt-${token}', location: location, tags: tags }
}

resource eventsGroup 'Microsoft.Resources/resourceGroups@2024-03-01' = if (!empty(eventResources)) {
  name: 'rg-${environmentName}-events'
  location: location
  tags: tags
}

module partnerEvents 'app/partner-events.bicep' = if (!empty(eventResources)) {
  name: 'partner-events'
  scope: eventsGroup
  params: { guardPrincipal: identity.outputs.principalId }
}

module hub 'app/event-hub.bicep' = if (eventHub == 'true') {
  name: 'event-hub'
  scope: group
  params: {
    namespaceName: 'evhns-${token}'
    hubName: 'sign-ins'
    location: location
    tags: tags
    guardPrincipal: identity.outputs.principalId
  }
}

module roles 'app/roles.bicep' = {
  name: 'roles'
  scope: group
  params: {
    guardPrincipal: identity.outputs.principalId
    identityName: identity.outputs.name
    partnerEvents: !empty(eventResources)
    topicPrincipal: events.outputs.principalId
    vaultWriter: vaultWriter
    eventSender: eventSender
    packPublisher: packPublisher
    hostStorageName: storage.outputs.hostName
    dataStorageName: storage.outputs.dataName
    componentName: monitoring.outputs.componentName
    vaultName: vault.outputs.name
    topicName: events.outputs.name
  }
}

module app 'app/function-app.bicep' = {
  name: 'function-app'
  scope: group
  params: {
    name: 'func-${token}'
    planName: 'plan-${token}'
    location: location
    tags: tags
    identityId: identity.outputs.id
    hostStorageName: storage.outputs.hostName
    nodeVersion: nodeVersion
    instanceMemory: instanceMemory
    maximumInstances: maximumInstances
  }
  dependsOn: [roles]
}

module settings 'app/settings.bicep' = {
  name: 'settings'
  scope: group
  params: {
    appName: app.outputs.name
    identityClientId: identity.outputs.clientId
    readerApp: readerApp
    responderApp: responderApp
    consoleApp: consoleApp
    responderGroup: responderGroup
    protectedObjects: protectedObjects
    live: live
    tenants: tenants
    webhookEntry: webhookEntry
    webhookChannelsEntry: webhookChannelsEntry
    vaultName: vault.outputs.name
    hostStorageName: storage.outputs.hostName
    dataStorageName: storage.outputs.dataName
    componentName: monitoring.outputs.componentName
    identityId: identity.outputs.id
    indicatorFeeds: indicatorFeeds
    eventsGroupName: 'rg-${environmentName}-events'
    eventResources: eventResources
    hubNamespaceName: eventHub == 'true' ? 'evhns-${token}' : ''
    hubName: 'sign-ins'
  }
}

output AZURE_RESOURCE_GROUP string = group.name
output AZURE_TENANT_ID string = tenant().tenantId
output AZURE_FUNCTION_NAME string = app.outputs.name
output AZURE_FUNCTION_ID string = app.outputs.id
output AZURE_KEY_VAULT_NAME string = vault.outputs.name
output AZURE_EVENT_GRID_TOPIC_ID string = events.outputs.id
output AZURE_EVENT_GRID_TOPIC_ENDPOINT string = events.outputs.endpoint
output AZURE_DEAD_LETTER_STORAGE_ID string = storage.outputs.hostId
output TG_DATA_TABLE_URI string = storage.outputs.tableUri
output TG_IDENTITY_PRINCIPAL_ID string = identity.outputs.principalId
output TG_CONSOLE_URL string = settings.outputs.consoleUrl
