import type { EngineDeviceRequest, HostConfig } from '#engine/api/container.ts';
import type { DeviceRequest, Service } from '#model/project.ts';

export function deviceSettings(service: Service): HostConfig {
  const devices = service.devices ?? [];
  const requests = [
    ...(service.deploy?.resources?.reservations?.devices ?? []).map((request) => deviceRequest(request, [])),
    ...(service.gpus ?? []).map((request) => deviceRequest(request, ['gpu'])),
    ...namedDevices(devices),
  ];
  const paths = devices.filter((device) => !isCdiName(device.source));
  return {
    Devices:
      paths.length === 0
        ? undefined
        : paths.map(({ source, target, permissions }) => ({
            PathOnHost: source,
            PathInContainer: target ?? source,
            CgroupPermissions: permissions ?? 'rwm',
          })),
    DeviceCgroupRules: service.device_cgroup_rules,
    DeviceRequests: requests.length > 0 ? requests : undefined,
  };
}

function deviceRequest(request: DeviceRequest, always: readonly string[]): EngineDeviceRequest {
  return {
    Driver: request.driver,
    // Neither a number nor ids: all of them.
    Count: request.count ?? (request.device_ids === undefined ? -1 : undefined),
    DeviceIDs: request.device_ids,
    Capabilities: [[...new Set([...(request.capabilities ?? []), ...always])]],
    Options: request.options,
  };
}

/** Devices by their CDI name, `vendor.com/class=name`: https://github.com/cncf-tags/container-device-interface/blob/main/SPEC.md */
function namedDevices(devices: NonNullable<Service['devices']>): EngineDeviceRequest[] {
  const names = devices.map((device) => device.source).filter(isCdiName);
  return names.length === 0 ? [] : [{ Driver: 'cdi', DeviceIDs: names }];
}

const isCdiName = (source: string): boolean => /^[A-Za-z][\w.-]*\/[A-Za-z][\w-]*=[\w.:-]+$/.test(source);
