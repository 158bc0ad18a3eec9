/** What a device runs, by family alone; Apple's tablets say `ios` as well. `other`: none of these. */
export const DEVICE_SYSTEMS = [
  ...(["ios", "android", "windows", "macos", "linux", "chromeos", "other"] as const),
];
export type DeviceSystem = (typeof DEVICE_SYSTEMS)[number];

/** What kind of thing a device is. `other`: television sets, game consoles. */
export const DEVICE_FORMS = ["phone", "tablet", "computer", "other"] as const;
export type DeviceForm = (typeof DEVICE_FORMS)[number];
