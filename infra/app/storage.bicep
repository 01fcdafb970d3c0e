// Two storage accounts: one that the Functions host works with (package, leases, queues), one for the guard's data. Neither takes a shared key.
param hostName string
param dataName string
param location string
param tags object
param evidenceDays int

@description('As src/contracts/bells.ts; each has a poison queue beside it, made here so that it can be watched from the first minute.')
var queueNames = ['checks', 'checks-hot', 'respond', 'events']

@description('The guard deletes activities itself, by each tenant’s policy (src/contracts/policy.ts: at most 365 days). This rule is for what it cannot delete any more.')
var activityDays = 366

@description('As src/store/keys.ts.')
var tableNames = ['state', 'findings', 'baseline', 'sequence', 'journal', 'due', 'sighting', 'registry']

resource host 'Microsoft.Storage/storageAccounts@2024-01-01' = {
  name: hostName
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: 'Standard_LRS' }
  properties: {
    accessTier: 'Hot'
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
  }
}

resource hostBlobs 'Microsoft.Storage/storageAccounts/blobServices@2024-01-01' = {
  parent: host
  name: 'default'
  properties: {
    deleteRetentionPolicy: { enabled: true, days: 7 }
    containerDeleteRetentionPolicy: { enabled: true, days: 7 }
  }
}

resource package 'Microsoft.Storage/storageAccounts/blobServices/containers@2024-01-01' = {
  parent: hostBlobs
  name: 'app-package'
  properties: { publicAccess: 'None' }
}

resource deadLetters 'Microsoft.Storage/storageAccounts/blobServices/containers@2024-01-01' = {
  parent: hostBlobs
  name: 'dead-letters'
  properties: { publicAccess: 'None' }
}

resource hostQueues 'Microsoft.Storage/storageAccounts/queueServices@2024-01-01' = {
  parent: host
  name: 'default'
}

resource queues 'Microsoft.Storage/storageAccounts/queueServices/queues@2024-01-01' = [
  for name in queueNames: {
    parent: hostQueues
    name: name
  }
]

resource poisonQueues 'Microsoft.Storage/storageAccounts/queueServices/queues@2024-01-01' = [
  for name in queueNames: {
    parent: hostQueues
    name: '${name}-poison'
  }
]

resource hostLifecycle 'Microsoft.Storage/storageAccounts/managementPolicies@2024-01-01' = {
  parent: host
  name: 'default'
  dependsOn: [hostBlobs]
  properties: {
    policy: {
      rules: [
        {
          name: 'dead-letters'
          enabled: true
          type: 'Lifecycle'
          definition: {
            filters: { blobTypes: ['blockBlob'], prefixMatch: ['dead-letters/'] }
            actions: { baseBlob: { delete: { daysAfterModificationGreaterThan: 30 } } }
          }
        }
      ]
    }
  }
}

resource data 'Microsoft.Storage/storageAccounts@2024-01-01' = {
  name: dataName
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: 'Standard_LRS' }
  properties: {
    accessTier: 'Hot'
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
  }
}

resource dataBlobs 'Microsoft.Storage/storageAccounts/blobServices@2024-01-01' = {
  parent: data
  name: 'default'
  properties: {
    deleteRetentionPolicy: { enabled: true, days: 14 }
    containerDeleteRetentionPolicy: { enabled: true, days: 14 }
  }
}

resource activities 'Microsoft.Storage/storageAccounts/blobServices/containers@2024-01-01' = {
  parent: dataBlobs
  name: 'activities'
  properties: { publicAccess: 'None' }
}

resource snapshots 'Microsoft.Storage/storageAccounts/blobServices/containers@2024-01-01' = {
  parent: dataBlobs
  name: 'snapshots'
  properties: { publicAccess: 'None' }
}

resource spool 'Microsoft.Storage/storageAccounts/blobServices/containers@2024-01-01' = {
  parent: dataBlobs
  name: 'spool'
  properties: { publicAccess: 'None' }
}

// Published packs. No lifecycle rule: a version that is rolled back to may be years old.
resource packs 'Microsoft.Storage/storageAccounts/blobServices/containers@2024-01-01' = {
  parent: dataBlobs
  name: 'packs'
  properties: { publicAccess: 'None' }
}

resource evidence 'Microsoft.Storage/storageAccounts/blobServices/containers@2024-01-01' = {
  parent: dataBlobs
  name: 'evidence'
  properties: { publicAccess: 'None' }
}

// Left unlocked, so that a trial installation can be removed; docs/deploy.md tells how to lock it.
resource evidencePolicy 'Microsoft.Storage/storageAccounts/blobServices/containers/immutabilityPolicies@2024-01-01' = {
  parent: evidence
  name: 'default'
  properties: { immutabilityPeriodSinceCreationInDays: evidenceDays }
}

resource dataTables 'Microsoft.Storage/storageAccounts/tableServices@2024-01-01' = {
  parent: data
  name: 'default'
}

resource tables 'Microsoft.Storage/storageAccounts/tableServices/tables@2024-01-01' = [
  for name in tableNames: {
    parent: dataTables
    name: name
  }
]

// Snapshots have no rule: the newest one of a feed is the baseline, however old it is.
resource dataLifecycle 'Microsoft.Storage/storageAccounts/managementPolicies@2024-01-01' = {
  parent: data
  name: 'default'
  dependsOn: [dataBlobs]
  properties: {
    policy: {
      rules: [
        {
          name: 'activities'
          enabled: true
          type: 'Lifecycle'
          definition: {
            filters: { blobTypes: ['appendBlob', 'blockBlob'], prefixMatch: ['activities/'] }
            actions: { baseBlob: { delete: { daysAfterModificationGreaterThan: activityDays } } }
          }
        }
        {
          name: 'spool'
          enabled: true
          type: 'Lifecycle'
          definition: {
            filters: { blobTypes: ['blockBlob'], prefixMatch: ['spool/'] }
            actions: { baseBlob: { delete: { daysAfterModificationGreaterThan: 3 } } }
          }
        }
        {
          name: 'evidence'
          enabled: true
          type: 'Lifecycle'
          definition: {
            filters: { blobTypes: ['blockBlob'], prefixMatch: ['evidence/'] }
            actions: { baseBlob: { delete: { daysAfterModificationGreaterThan: evidenceDays } } }
          }
        }
      ]
    }
  }
}

output hostName string = host.name
output hostId string = host.id
output dataName string = data.name
output tableUri string = data.properties.primaryEndpoints.table
