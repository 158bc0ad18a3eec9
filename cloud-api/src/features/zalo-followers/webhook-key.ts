/** What the sealed key of a webhook is bound to: in another row it opens nothing. */
export const keyPlace = ({ tenantId, senderId }: { tenantId: string; senderId: string }): string =>
  `zalo-webhook:${tenantId}:${senderId}`;
