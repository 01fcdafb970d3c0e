// Logs and telemetry of the guard itself. Ingestion by Entra identity only, with a daily cap so that a loop cannot run up a bill.
param workspaceName string
param componentName string
param location string
param tags object
@description('GB a day, as text because Bicep has no fractions.')
param dailyCap string
@description('Resource id of an action group. Empty: the alert stands in the portal only.')
param actionGroup string

resource workspace 'Microsoft.OperationalInsights/workspaces@2023-09-01' = {
  name: workspaceName
  location: location
  tags: tags
  properties: {
    sku: { name: 'PerGB2018' }
    retentionInDays: 30
    workspaceCapping: { dailyQuotaGb: json(dailyCap) }
    features: { disableLocalAuth: true }
  }
}

resource component 'Microsoft.Insights/components@2020-02-02' = {
  name: componentName
  location: location
  tags: tags
  kind: 'web'
  properties: {
    Application_Type: 'web'
    WorkspaceResourceId: workspace.id
    IngestionMode: 'LogAnalytics'
    DisableLocalAuth: true
  }
}

// The dead man's switch of the guard itself: it ticks every minute, and nothing inside can tell that it stopped. It rings too when the daily cap drops what is logged.
resource silence 'Microsoft.Insights/scheduledQueryRules@2021-08-01' = {
  name: '${componentName}-silent'
  location: location
  tags: tags
  kind: 'LogAlert'
  properties: {
    displayName: 'Tenant Guard is silent'
    description: 'For a quarter of an hour the planner did not tick, or nothing that it logged arrived: no tenant is watched. See the runbook "The guard is silent".'
    severity: 1
    enabled: true
    scopes: [workspace.id]
    evaluationFrequency: 'PT5M'
    windowSize: 'PT15M'
    autoMitigate: true
    // The tables come with the first record.
    skipQueryValidation: true
    criteria: {
      allOf: [
        {
          query: 'union isfuzzy=true (AppTraces | where Message has "planner.tick"), (AppMetrics | where Name == "planner.tick.rung")'
          timeAggregation: 'Count'
          operator: 'LessThan'
          threshold: 1
          failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
        }
      ]
    }
    actions: { actionGroups: empty(actionGroup) ? [] : [actionGroup] }
  }
}

output componentName string = component.name
