export type SignIn = { staffId: string };
