-- Push: whose a device is. A device that registers for another person leaves the one before.
create index profile_push_device on profile using gin ((attributes -> 'pushNotificationDetails') jsonb_path_ops)
  where attributes ? 'pushNotificationDetails';
