import { Route, Switch } from "wouter";
import { routes } from "./collect.ts";
import { NothingHere } from "./page.tsx";

/** The screens for staff. */
export function StaffRoutes() {
  return (
    <Switch>
      {routes
        .filter((route) => (route.for ?? "staff") === "staff")
        .map(({ path, component: Screen }) => (
          <Route key={path} path={path}>
            {(params) => <Screen params={params} />}
          </Route>
        ))}
      <Route>
        <NothingHere />
      </Route>
    </Switch>
  );
}

/** The screens for people who have not signed in. Any other address asks them to, and is kept. */
export function PublicRoutes() {
  const open = routes.filter((route) => route.for === "public");
  const signIn = open.find((route) => route.path === "/sign-in");
  return (
    <Switch>
      {open.map(({ path, component: Screen }) => (
        <Route key={path} path={path}>
          {(params) => <Screen params={params} />}
        </Route>
      ))}
      <Route>{signIn && <signIn.component params={{}} />}</Route>
    </Switch>
  );
}

/** The screens for whoever runs this Foyer. */
export function OperatorRoutes() {
  return (
    <Switch>
      {routes
        .filter((route) => route.for === "operator")
        .map(({ path, component: Screen }) => (
          <Route key={path} path={path}>
            {(params) => <Screen params={params} />}
          </Route>
        ))}
    </Switch>
  );
}

/** What belongs to the person and not to the company, wherever they are. */
export function AccountRoute() {
  const account = routes.find(({ path }) => path === "/account");
  return account ? <account.component params={{}} /> : null;
}

export function isForOperators(path: string): boolean {
  return routes.some((route) => route.for === "operator" && route.path === path);
}

/** Whether an address is shown to people who are signed in and to those who are not. */
export function isForAnyone(path: string): boolean {
  return ["/first-sign-in", "/forgot-password", "/new-password", "/not-me"].includes(path);
}
