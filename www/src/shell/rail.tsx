// The rail at the side, which on a narrow screen is tabs at the bottom: views, the phone that sends, theme and signing out.
import { chats } from "../sent/store.ts";
import { PhonePicker } from "../session/phone-picker.tsx";
import { info, signOut } from "../session/session.ts";
import { t } from "../words.ts";
import { Icon, type IconName } from "./icons.tsx";
import { MenuItem, Popover } from "./popover.tsx";
import { linkTo, route, type View } from "./route.ts";
import { chooseTheme, theme, THEMES } from "./theme.ts";

const VIEWS: { view: View; icon: IconName }[] = [
  { view: "new", icon: "compose" },
  { view: "messages", icon: "messages" },
  { view: "bulk", icon: "bulk" },
  { view: "phones", icon: "phone" },
];

const THEME_ICONS: Record<(typeof THEMES)[number], IconName> = { auto: "auto", light: "sun", dark: "moon" };

export function Rail() {
  return (
    <div class="rail">
      <PhonePicker />
      <nav aria-label={t.views.name}>
        {VIEWS.filter(({ view }) => view !== "bulk" || info.value?.can.batch).map(({ view, icon }) => (
          <a class="rail-link" key={view} href={linkTo(view)} aria-current={route.value.view === view ? "page" : undefined}>
            <span class="rail-icon">
              <Icon name={icon} size={22} />
              {view === "messages" ? <Waiting /> : null}
            </span>
            <span>{t.views[view]}</span>
          </a>
        ))}
      </nav>
      <Popover name={t.settings.name} role="menu" buttonClass="rail-link rail-settings" button={<SettingsButton />}>
        {(close) => (
          <>
            <p class="menu-title">{t.settings.theme}</p>
            {THEMES.map((one) => (
              <MenuItem key={one} icon={THEME_ICONS[one]} checked={theme.value === one} act={() => chooseTheme(one)}>
                {t.settings.themes[one]}
              </MenuItem>
            ))}
            <p class="menu-title">{t.settings.signedInAs(info.value?.sub ?? "")}</p>
            <MenuItem
              icon="signOut"
              act={() => {
                close();
                signOut();
              }}
            >
              {t.settings.signOut}
            </MenuItem>
            <p class="menu-fine">{t.independent}</p>
          </>
        )}
      </Popover>
    </div>
  );
}

function SettingsButton() {
  return (
    <>
      <span class="rail-icon">
        <Icon name="settings" size={22} />
      </span>
      <span>{t.settings.name}</span>
    </>
  );
}

/** How many messages wait for somebody to look: those that failed, and those that came in. */
function Waiting() {
  const sum = (of: "failed" | "unread"): number => chats.value.reduce((n, chat) => n + chat[of], 0);
  const [failed, unread] = [sum("failed"), sum("unread")];
  const waiting = failed + unread;
  return waiting === 0 ? null : (
    <span class={failed > 0 ? "badge rail-badge" : "badge badge-news rail-badge"} aria-hidden="true">
      {waiting > 99 ? "99+" : waiting}
    </span>
  );
}
