// What Graph's change notifications need, in a resource group of its own: Graph makes partner topics in it, and the guard activates them there. Off unless resources are named.
param guardPrincipal string

@description('Graph may make partner topics until then; every deployment moves it on.')
param authorisedUntil string = dateTimeAdd(utcNow(), 'P364D')

@description('Symbol -> the built-in role, as in roles.bicep.')
var roles = {
  eventGridContributor: { name: 'EventGrid Contributor', id: '1e241071-0855-49ea-94dc-649edcd759de' }
}

resource partners 'Microsoft.EventGrid/partnerConfigurations@2025-02-15' = {
  name: 'default'
  location: 'global'
  properties: {
    partnerAuthorization: {
      defaultMaximumExpirationTimeInDays: 365
      authorizedPartnersList: [
        {
          partnerName: 'MicrosoftGraphAPI'
          partnerRegistrationImmutableId: 'c02e0126-707c-436d-b6a1-175d2748fb58'
          authorizationExpirationTimeInUtc: authorisedUntil
        }
      ]
    }
  }
}

// On the group, since the topics are not there yet; the group holds nothing else.
resource topicsToGuard 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(resourceGroup().id, guardPrincipal, roles.eventGridContributor.id)
  properties: {
    principalId: guardPrincipal
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.eventGridContributor.id)
  }
}
