// The Event Hub that the tenant's diagnostic settings push sign-ins to. Off by default: it costs a fixed sum a month. Entra ID's exporter writes with the key of the one rule below
// (it knows no other way); the guard reads by its identity and never asks for a key.
param namespaceName string
param hubName string
param location string
param tags object
param guardPrincipal string

@description('Symbol -> the built-in role, as in roles.bicep.')
var roles = {
  hubReceiver: { name: 'Azure Event Hubs Data Receiver', id: 'a638d3c7-ab3a-418d-83e6-5f17a39d4fde' }
}

resource namespace 'Microsoft.EventHub/namespaces@2024-01-01' = {
  name: namespaceName
  location: location
  tags: tags
  sku: { name: 'Standard', tier: 'Standard', capacity: 1 }
  properties: {
    minimumTlsVersion: '1.2'
    publicNetworkAccess: 'Enabled'
    isAutoInflateEnabled: true
    maximumThroughputUnits: 4
  }
}

resource hub 'Microsoft.EventHub/namespaces/eventhubs@2024-01-01' = {
  parent: namespace
  name: hubName
  properties: {
    partitionCount: 4
    retentionDescription: { cleanupPolicy: 'Delete', retentionTimeInHours: 168 }
  }
}

// Diagnostic settings ask for all three rights.
resource exporter 'Microsoft.EventHub/namespaces/authorizationRules@2024-01-01' = {
  parent: namespace
  name: 'entra-diagnostics'
  properties: { rights: ['Listen', 'Manage', 'Send'] }
}

resource hubToGuard 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: hub
  name: guid(hub.id, guardPrincipal, roles.hubReceiver.id)
  properties: {
    principalId: guardPrincipal
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.hubReceiver.id)
  }
}

output ruleId string = exporter.id
