// What reading the unified audit log needs (reference: activity API, get started; app role id from the service's manifest).
import type { Permission } from '../../contracts/permission.ts';

export const activityFeedRead: Permission = {
  kind: 'activity',
  name: 'ActivityFeed.Read',
  id: '594c1fb6-4f81-4475-ae41-0c394909246c',
  holder: 'reader',
};
