// Every Azure role that anything of the guard holds, in one table, each on the narrowest scope that works. No role is assigned anywhere else (a test holds it).
param guardPrincipal string
param identityName string
param partnerEvents bool
param topicPrincipal string
param vaultWriter string
param eventSender string
param packPublisher string
param hostStorageName string
param dataStorageName string
param componentName string
param vaultName string
param topicName string

@description('Symbol -> the built-in role: its name as the portal shows it, and its id, the same in every tenant.')
var roles = {
  blobOwner: { name: 'Storage Blob Data Owner', id: 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b' }
  blobContributor: { name: 'Storage Blob Data Contributor', id: 'ba92f5b4-2d11-453d-a403-e96b0029c9fe' }
  blobReader: { name: 'Storage Blob Data Reader', id: '2a2b9908-6ea1-4ae2-8e65-a410df84e7d1' }
  queueContributor: { name: 'Storage Queue Data Contributor', id: '974c5e8b-45b9-4653-ba55-5f855dd0fb88' }
  tableContributor: { name: 'Storage Table Data Contributor', id: '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3' }
  metricsPublisher: { name: 'Monitoring Metrics Publisher', id: '3913510d-42f4-4e42-8a64-420c390055eb' }
  secretsUser: { name: 'Key Vault Secrets User', id: '4633458b-17de-408a-b874-0445c86b69e6' }
  secretsOfficer: { name: 'Key Vault Secrets Officer', id: 'b86a8fe4-44ce-4948-aee5-eccb2c155cd7' }
  identityOperator: { name: 'Managed Identity Operator', id: 'f1a07417-d97a-45cb-824c-7a7467783830' }
  eventSender: { name: 'EventGrid Data Sender', id: 'd5a91429-5739-47e2-a06b-3470a27159e7' }
}

resource hostStorage 'Microsoft.Storage/storageAccounts@2024-01-01' existing = {
  name: hostStorageName
}

resource hostBlobs 'Microsoft.Storage/storageAccounts/blobServices@2024-01-01' existing = {
  parent: hostStorage
  name: 'default'
}

resource deadLetters 'Microsoft.Storage/storageAccounts/blobServices/containers@2024-01-01' existing = {
  parent: hostBlobs
  name: 'dead-letters'
}

resource dataStorage 'Microsoft.Storage/storageAccounts@2024-01-01' existing = {
  name: dataStorageName
}

resource dataBlobs 'Microsoft.Storage/storageAccounts/blobServices@2024-01-01' existing = {
  parent: dataStorage
  name: 'default'
}

resource activities 'Microsoft.Storage/storageAccounts/blobServices/containers@2024-01-01' existing = {
  parent: dataBlobs
  name: 'activities'
}

resource snapshots 'Microsoft.Storage/storageAccounts/blobServices/containers@2024-01-01' existing = {
  parent: dataBlobs
  name: 'snapshots'
}

resource evidence 'Microsoft.Storage/storageAccounts/blobServices/containers@2024-01-01' existing = {
  parent: dataBlobs
  name: 'evidence'
}

resource spool 'Microsoft.Storage/storageAccounts/blobServices/containers@2024-01-01' existing = {
  parent: dataBlobs
  name: 'spool'
}

resource packs 'Microsoft.Storage/storageAccounts/blobServices/containers@2024-01-01' existing = {
  parent: dataBlobs
  name: 'packs'
}

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' existing = {
  name: identityName
}

resource component 'Microsoft.Insights/components@2020-02-02' existing = {
  name: componentName
}

resource vault 'Microsoft.KeyVault/vaults@2024-11-01' existing = {
  name: vaultName
}

resource topic 'Microsoft.EventGrid/topics@2025-02-15' existing = {
  name: topicName
}

// The Functions host keeps its leases and the deployed package in containers that it makes itself, hence the whole account.
resource hostBlobsToGuard 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: hostStorage
  name: guid(hostStorage.id, guardPrincipal, roles.blobOwner.id)
  properties: {
    principalId: guardPrincipal
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.blobOwner.id)
  }
}

// Doorbells and poison queues.
resource queuesToGuard 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: hostStorage
  name: guid(hostStorage.id, guardPrincipal, roles.queueContributor.id)
  properties: {
    principalId: guardPrincipal
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.queueContributor.id)
  }
}

// All tables of the data account are the guard’s.
resource tablesToGuard 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: dataStorage
  name: guid(dataStorage.id, guardPrincipal, roles.tableContributor.id)
  properties: {
    principalId: guardPrincipal
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.tableContributor.id)
  }
}

// Collected activities.
resource activitiesToGuard 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: activities
  name: guid(activities.id, guardPrincipal, roles.blobContributor.id)
  properties: {
    principalId: guardPrincipal
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.blobContributor.id)
  }
}

// Stored configurations.
resource snapshotsToGuard 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: snapshots
  name: guid(snapshots.id, guardPrincipal, roles.blobContributor.id)
  properties: {
    principalId: guardPrincipal
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.blobContributor.id)
  }
}

// Pushed records that wait for a round.
resource spoolToGuard 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: spool
  name: guid(spool.id, guardPrincipal, roles.blobContributor.id)
  properties: {
    principalId: guardPrincipal
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.blobContributor.id)
  }
}

// Published packs: the guard reads them. Whoever took it over could not change what it looks for.
resource packsToGuard 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: packs
  name: guid(packs.id, guardPrincipal, roles.blobReader.id)
  properties: {
    principalId: guardPrincipal
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.blobReader.id)
  }
}

// Lets the guard give its own identity to the partner topics that Graph makes, so that they deliver to the queue without a key.
resource identityToGuard 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (partnerEvents) {
  scope: identity
  name: guid(identity.id, guardPrincipal, roles.identityOperator.id)
  properties: {
    principalId: guardPrincipal
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.identityOperator.id)
  }
}

// Frozen evidence; the container’s immutability policy forbids changing it, whatever this role allows.
resource evidenceToGuard 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: evidence
  name: guid(evidence.id, guardPrincipal, roles.blobContributor.id)
  properties: {
    principalId: guardPrincipal
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.blobContributor.id)
  }
}

// Ingestion takes no key.
resource telemetryToGuard 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: component
  name: guid(component.id, guardPrincipal, roles.metricsPublisher.id)
  properties: {
    principalId: guardPrincipal
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.metricsPublisher.id)
  }
}

// Reads the webhook address that the app settings refer to.
resource secretsToGuard 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: vault
  name: guid(vault.id, guardPrincipal, roles.secretsUser.id)
  properties: {
    principalId: guardPrincipal
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.secretsUser.id)
  }
}

// What Event Grid could not deliver.
resource deadLettersToTopic 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: deadLetters
  name: guid(deadLetters.id, topicPrincipal, roles.blobContributor.id)
  properties: {
    principalId: topicPrincipal
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.blobContributor.id)
  }
}

// Writes webhook addresses; nobody unless named.
resource secretsToWriter 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (!empty(vaultWriter)) {
  scope: vault
  name: guid(vault.id, vaultWriter, roles.secretsOfficer.id)
  properties: {
    principalId: vaultWriter
    principalType: 'User'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.secretsOfficer.id)
  }
}

// Publishes packs, and touches nothing else; nobody unless named.
resource packsToPublisher 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (!empty(packPublisher)) {
  scope: packs
  name: guid(packs.id, packPublisher, roles.blobContributor.id)
  properties: {
    principalId: packPublisher
    principalType: 'User'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.blobContributor.id)
  }
}

// Rings the guard from outside; nobody unless named.
resource eventsToSender 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (!empty(eventSender)) {
  scope: topic
  name: guid(topic.id, eventSender, roles.eventSender.id)
  properties: {
    principalId: eventSender
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.eventSender.id)
  }
}
