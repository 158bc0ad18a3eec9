import {
  en as boxEn,
  vi as boxVi,
  type Language,
  sayBy,
  type Texts,
  type Word,
} from "../box/words.ts";

const count = (language: Language, value: number) => value.toLocaleString(language);

const en: Texts = {
  ...boxEn,
  "other-system": ({ name }) => `This is ${name}. The cloud is installed on Debian 12 or 13.`,
  "too-old": ({ name }) => `${name} is too old: Debian 12 or newer.`,
  "other-processor": ({ architecture, releaseFor }) =>
    `This release is for ${releaseFor}, and this machine's processor is ${architecture}.`,
  "no-systemd": () => "There is no systemd here (no systemctl), and the cloud runs by it.",
  installed: ({ version, former }) =>
    former === null
      ? `Foyer's cloud ${version} is installed.`
      : `Foyer's cloud ${version} runs; ${former} is kept: foyer-cloud rollback goes back to it.`,
  "went-back": ({ version, services, backAt }) =>
    `Foyer's cloud ${version} did not come up (${services.join(", ")}), so ${backAt} runs again. What it said: foyer-cloud log`,
  "does-not-run": ({ version, services }) =>
    `Foyer's cloud ${version} does not come up (${services.join(", ")}). What it says: foyer-cloud log`,
  uninstalled: ({ isStateKept }) =>
    isStateKept
      ? "Foyer's cloud is gone. Kept are /var/lib/foyer-cloud, /etc/foyer-cloud and the user foyer-cloud: a new installation goes on with them."
      : "Foyer's cloud is gone, with all that it knew on this machine.",
  "ask-uninstall": () =>
    "This removes Foyer's cloud with its database and its keys on this machine. Type REMOVE to go on: ",
  "not-installed": () => "Foyer's cloud is not installed here: sudo deploy/cloud/install",
  "not-started": () => "It does not come up yet: foyer-cloud log",
  "restored-stopped": () => "It was restored and does not come up: foyer-cloud log",
  "cloud-next": ({ origin }) =>
    `It listens at 127.0.0.1:8200, and people reach it at ${origin}: put a reverse proxy before it (deploy/cloud has one for Caddy and one for nginx). The link for the first account stands in  foyer-cloud log`,
  operator: ({ email, isOn }) =>
    isOn
      ? `${email} lists, makes and suspends companies now.`
      : `${email} is no operator any more.`,
  "operator-unknown": ({ email }) =>
    `Nobody has an account with ${email}. The first account is made by the link in  foyer-cloud log`,
  "ask-address": () => "Address of the server (postgres://administrator:password@host/foyer): ",
  moved: ({ place, tables, rows }) =>
    `${count("en", rows)} rows of ${tables} tables were moved and counted. Set DATABASE_URL in /etc/foyer-cloud/cloud.env, then: systemctl restart foyer-cloud. The former database lies in ${place}: remove it once you are content.`,
  "cloud-backed-up": ({ place, tables, rows }) =>
    `${place}: ${count("en", rows)} rows of ${tables} tables, and the keys that open what is sealed.`,
  "cloud-restored": ({ tables, rows }) =>
    `${count("en", rows)} rows of ${tables} tables are back, and counted.`,
  "not-restored": ({ file, reason }) =>
    ({
      "no-backup": `${file} is no back-up of a cloud.`,
      "needs-passphrase": `${file} is encrypted: give its passphrase by --passphrase-file.`,
      "wrong-passphrase": `${file} does not open: another passphrase made it, or it was changed.`,
      damaged: `${file} is damaged: fetch it again from where it was kept.`,
      "not-usable": `${file} holds no cloud that this release could be.`,
    })[reason],
  help: () => `Run by root (sudo), all but log, version and help:

install [--origin URL]                 in an unpacked release: ./install; in a checkout: deploy/cloud/install
foyer-cloud status                     what runs here, and whether it is ready
foyer-cloud log [-f]                   what it says
foyer-cloud operator EMAIL [on|off]    who lists, makes and suspends companies
foyer-cloud backup FILE [--passphrase-file FILE]     while it runs
foyer-cloud restore FILE [--passphrase-file FILE]    into an empty place
foyer-cloud move                       brings the embedded database to a server, whose address it asks for
foyer-cloud trust FILE                 offers boxes, and takes, only releases that this public key vouches for
foyer-cloud upgrade TARBALL            to a new release; back by itself where it does not come up
foyer-cloud rollback                   to the release before
foyer-cloud uninstall [--remove-state]
foyer-cloud version`,
};

const vi: Texts = {
  ...boxVi,
  "other-system": ({ name }) => `Máy này là ${name}. Đám mây cài trên Debian 12 hoặc 13.`,
  "too-old": ({ name }) => `${name} quá cũ: cần Debian 12 trở lên.`,
  "other-processor": ({ architecture, releaseFor }) =>
    `Bản này dành cho ${releaseFor}, còn bộ xử lý của máy là ${architecture}.`,
  "no-systemd": () => "Máy này không có systemd (không có systemctl), mà đám mây chạy bằng nó.",
  installed: ({ version, former }) =>
    former === null
      ? `Đã cài đám mây Foyer ${version}.`
      : `Đám mây Foyer ${version} đang chạy; bản ${former} được giữ lại: foyer-cloud rollback quay về bản đó.`,
  "went-back": ({ version, services, backAt }) =>
    `Đám mây Foyer ${version} không khởi động được (${services.join(", ")}), nên ${backAt} chạy lại. Xem lý do: foyer-cloud log`,
  "does-not-run": ({ version, services }) =>
    `Đám mây Foyer ${version} không khởi động được (${services.join(", ")}). Xem lỗi: foyer-cloud log`,
  uninstalled: ({ isStateKept }) =>
    isStateKept
      ? "Đã gỡ đám mây Foyer. Giữ lại /var/lib/foyer-cloud, /etc/foyer-cloud và người dùng foyer-cloud: lần cài sau sẽ dùng tiếp."
      : "Đã gỡ đám mây Foyer cùng mọi thứ nó biết trên máy này.",
  "ask-uninstall": () =>
    "Việc này gỡ đám mây Foyer cùng cơ sở dữ liệu và khóa trên máy này. Gõ REMOVE để tiếp tục: ",
  "not-installed": () => "Đám mây Foyer chưa được cài ở đây: sudo deploy/cloud/install",
  "not-started": () => "Đám mây chưa chạy được: foyer-cloud log",
  "restored-stopped": () => "Đã khôi phục nhưng chưa chạy được: foyer-cloud log",
  "cloud-next": ({ origin }) =>
    `Đám mây nghe ở 127.0.0.1:8200, còn mọi người vào bằng ${origin}: hãy đặt một reverse proxy phía trước (deploy/cloud có mẫu cho Caddy và nginx). Liên kết tạo tài khoản đầu tiên nằm trong  foyer-cloud log`,
  operator: ({ email, isOn }) =>
    isOn
      ? `${email} nay được xem, tạo và tạm ngưng công ty.`
      : `${email} không còn là người vận hành.`,
  "operator-unknown": ({ email }) =>
    `Không có tài khoản nào dùng ${email}. Tài khoản đầu tiên được tạo bằng liên kết trong  foyer-cloud log`,
  "ask-address": () => "Địa chỉ máy chủ (postgres://administrator:password@host/foyer): ",
  moved: ({ place, tables, rows }) =>
    `Đã chuyển và đếm lại ${count("vi", rows)} dòng của ${tables} bảng. Đặt DATABASE_URL trong /etc/foyer-cloud/cloud.env rồi chạy: systemctl restart foyer-cloud. Cơ sở dữ liệu cũ nằm ở ${place}: hãy xóa khi đã yên tâm.`,
  "cloud-backed-up": ({ place, tables, rows }) =>
    `${place}: ${count("vi", rows)} dòng của ${tables} bảng, và các khóa mở những gì được niêm phong.`,
  "cloud-restored": ({ tables, rows }) =>
    `Đã khôi phục và đếm lại ${count("vi", rows)} dòng của ${tables} bảng.`,
  "not-restored": ({ file, reason }) =>
    ({
      "no-backup": `${file} không phải bản sao lưu của đám mây.`,
      "needs-passphrase": `${file} đã mã hóa: đưa mật khẩu bằng --passphrase-file.`,
      "wrong-passphrase": `${file} không mở được: sai mật khẩu, hoặc tệp đã bị đổi.`,
      damaged: `${file} bị hỏng: lấy lại từ nơi cất giữ.`,
      "not-usable": `${file} không chứa đám mây nào mà bản này chạy được.`,
    })[reason],
  help: () => `Chạy bằng root (sudo), trừ log, version và help:

install [--origin URL]                 trong bản đã giải nén: ./install; trong checkout: deploy/cloud/install
foyer-cloud status                     máy này đang chạy gì, đã sẵn sàng chưa
foyer-cloud log [-f]                   đám mây đang ghi gì
foyer-cloud operator EMAIL [on|off]    ai được xem, tạo và tạm ngưng công ty
foyer-cloud backup TỆP [--passphrase-file TỆP]     trong lúc đang chạy
foyer-cloud restore TỆP [--passphrase-file TỆP]    vào một nơi còn trống
foyer-cloud move                       chuyển cơ sở dữ liệu nhúng sang máy chủ, và hỏi địa chỉ máy chủ
foyer-cloud trust TỆP                  chỉ giao cho hộp, và chỉ nhận, bản do khóa công khai này xác nhận
foyer-cloud upgrade TỆP-NÉN            lên bản mới; tự quay về nếu không chạy được
foyer-cloud rollback                   về bản trước
foyer-cloud uninstall [--remove-state]
foyer-cloud version`,
};

export const say = (language: Language, word: Word): string =>
  sayBy(language === "vi" ? vi : en, word);
