import type { LegalText, MarketingText } from "@foyer/contract";

/**
 * The legal texts a new branch begins with, in the company's name: the terms, without which nobody
 * goes online. Messages are asked about apart from them, never needed for the Wi-Fi. Each says who, what, what
 * for, how long, and how to take it back (Law 91/2025/QH15 of Vietnam; GDPR articles 7 and 13).
 */
export function firstLegalTexts(company: string, branch: string): LegalText[] {
  return [
    {
      purpose: "terms",
      version: 1,
      label: {
        vi: "Tôi đồng ý với điều khoản sử dụng Wi-Fi và đã đọc cách dữ liệu của tôi được xử lý",
        en: "I agree to the terms of this Wi-Fi and have read how my data is handled",
        fa: "با شرایط این وای‌فای موافقم و خوانده‌ام که با داده‌های من چگونه رفتار می‌شود",
      },
      body: {
        vi: termsInVietnamese(company, branch),
        en: termsInEnglish(company, branch),
        fa: termsInPersian(company, branch),
      },
    },
  ];
}

/** What guests are asked about messages, for each channel by itself. */
export function firstMarketingText(
  company: string,
  channels: MarketingText["channels"],
): MarketingText {
  return {
    version: 1,
    channels,
    label: {
      vi: `Gửi cho tôi ưu đãi và tin của ${company} (không bắt buộc), qua:`,
      en: `Send me offers and news of ${company} (optional), by:`,
      fa: `پیشنهادها و خبرهای ${company} را برایم بفرستید (اختیاری)، از راه:`,
    },
    body: {
      vi: marketingInVietnamese(company),
      en: marketingInEnglish(company),
      fa: marketingInPersian(company),
    },
  };
}

function termsInVietnamese(company: string, branch: string): string {
  return `Wi-Fi tại ${branch} do ${company} cung cấp miễn phí cho khách.

Sử dụng
Bạn dùng Wi-Fi cho nhu cầu cá nhân và không dùng vào việc trái pháp luật: không phát tán nội dung bị cấm, không xâm nhập hệ thống của người khác, không gửi thư rác. Tốc độ và thời gian có thể bị giới hạn để mọi khách cùng dùng được. Kết nối có thể chậm hoặc gián đoạn. Mạng này dùng chung, vì vậy với việc quan trọng hãy dùng trang có biểu tượng ổ khóa (https).

Dữ liệu chúng tôi lưu
${company} là bên kiểm soát dữ liệu. Chúng tôi lưu: số điện thoại bạn đã xác minh (nếu có), tên và thông tin bạn tự điền, địa chỉ của thiết bị trên mạng (MAC), giờ đến và giờ đi, thời gian kết nối và dung lượng đã dùng, ngôn ngữ, và những điều bạn đã đồng ý. Chúng tôi không xem nội dung bạn truy cập.

Để làm gì
Để cho bạn vào mạng, giữ an toàn cho mạng, nhận ra bạn ở lần ghé sau để bạn không phải đăng nhập lại, biết quán đông hay vắng, và làm tròn nghĩa vụ mà pháp luật đặt ra cho nơi cung cấp Wi-Fi. Tin quảng cáo chỉ được gửi khi bạn đồng ý riêng, và Wi-Fi không phụ thuộc vào điều đó.

Ai được xem
Nhân viên của ${company} có phận sự và đơn vị vận hành hệ thống thay mặt ${company}. Chúng tôi không bán dữ liệu. Cơ quan nhà nước chỉ nhận dữ liệu khi pháp luật yêu cầu.

Bao lâu
Cho tới khi không còn cần cho các mục đích trên hoặc khi bạn yêu cầu xóa, trừ phần pháp luật buộc phải giữ.

Quyền của bạn
Bạn có quyền được biết, xem, sửa, xóa, hạn chế, phản đối, rút lại sự đồng ý bất cứ lúc nào và khiếu nại. Hãy hỏi nhân viên tại ${branch}; chúng tôi phản hồi trong 2 ngày làm việc. Rút lại sự đồng ý không làm mất hiệu lực của những gì đã làm trước đó. Trẻ em cần cha mẹ hoặc người giám hộ đồng ý thay.`;
}

function termsInEnglish(company: string, branch: string): string {
  return `${company} offers this Wi-Fi at ${branch} free of charge to its guests.

Use
Use the Wi-Fi for yourself and for nothing unlawful: no forbidden content, no breaking into other people's systems, no spam. Speed and time may be limited, so that there is enough for everybody. The connection may be slow or fail. This network is shared: for anything that matters, use pages with a padlock (https).

What we keep
${company} is the controller of your data. We keep the phone number you verified (if any), the name and details you typed in, the address of your device on the network (its MAC), when you came and left, how long you were connected and how much you used, your language, and what you agreed to. We do not look at what you visit.

What for
To let you online, to keep the network safe, to know you again at your next visit so that you need not sign in anew, to know how busy the place is, and to do what the law asks of whoever offers Wi-Fi. Advertising is sent only if you agree to it separately, and the Wi-Fi does not depend on that.

Who sees it
Staff of ${company} who need it for their work, and whoever runs the system on its behalf. We do not sell data. Authorities receive it only where the law demands it.

How long
Until it is no longer needed for the above, or until you ask for its erasure, except for what the law makes us keep.

Your rights
You may know, see, correct, erase and restrict your data, object, take back an agreement at any time, and complain to the authority. Ask the staff at ${branch}; we answer within two working days. Taking an agreement back does not undo what was done before. For children, a parent or guardian agrees.`;
}

function marketingInVietnamese(company: string): string {
  return `Bạn chọn từng kênh: SMS, Zalo hay email. Với mỗi kênh bạn đánh dấu, ${company} được dùng số điện thoại hoặc địa chỉ email và tên bạn đã cung cấp để gửi cho bạn ưu đãi, thiệp mừng và tin tức của ${company} qua kênh đó, và chỉ kênh đó.

Đây là lựa chọn của bạn. Wi-Fi vẫn miễn phí và dùng như nhau nếu bạn không đánh dấu. Sự im lặng không phải là đồng ý.

Chúng tôi không chuyển thông tin liên lạc của bạn cho bên khác để họ quảng cáo. Bạn có thể rút lại từng kênh bất cứ lúc nào: ở trang “Dữ liệu và sự đồng ý của bạn” của Wi-Fi này, theo cách từ chối ghi trong mỗi tin nhắn, hoặc nói với nhân viên. Sau đó bạn không nhận thêm tin quảng cáo nào qua kênh đó nữa.`;
}

function marketingInEnglish(company: string): string {
  return `You choose channel by channel. By each one that you tick, and by no other, ${company} may use the phone number or e-mail address and the name you gave to send you its offers, greetings and news.

It is your choice. The Wi-Fi is free and the same if you leave the boxes empty. Silence is not consent.

We do not hand your contact details to others for their advertising. You can take each of them back at any time: on the page “Your data and consents” of this Wi-Fi, by the way out named in each message, or by telling the staff. After that you get no more advertising by it.`;
}

function termsInPersian(company: string, branch: string): string {
  return `${company} این وای‌فای را در ${branch} رایگان در اختیار مهمانان خود می‌گذارد.

استفاده
از وای‌فای برای خودتان و نه برای کار غیرقانونی استفاده کنید: نه محتوای ممنوع، نه نفوذ به سامانهٔ دیگران، نه هرزنامه. سرعت و زمان ممکن است محدود باشد تا به همه برسد. اتصال ممکن است کند یا قطع شود. این شبکه مشترک است: برای هر کار مهم از صفحه‌هایی با نشان قفل (https) استفاده کنید.

چه نگه می‌داریم
${company} مسئول داده‌های شماست. نگه می‌داریم: شمارهٔ تلفنی که تأیید کرده‌اید (اگر باشد)، نام و مشخصاتی که خودتان نوشته‌اید، نشانی دستگاه شما در شبکه (MAC)، زمان آمدن و رفتن، مدت اتصال و حجم مصرف، زبان شما و آنچه با آن موافقت کرده‌اید. به آنچه می‌بینید نگاه نمی‌کنیم.

برای چه
برای وصل کردن شما، امن نگه داشتن شبکه، شناختن شما در بازدید بعدی تا لازم نباشد دوباره وارد شوید، دانستن شلوغی محل، و انجام آنچه قانون از ارائه‌دهندهٔ وای‌فای می‌خواهد. تبلیغ فقط با موافقت جداگانهٔ شما فرستاده می‌شود و وای‌فای به آن وابسته نیست.

چه کسی می‌بیند
کارکنان ${company} که برای کارشان لازم دارند و کسی که سامانه را از طرف آن اداره می‌کند. داده‌ها را نمی‌فروشیم. مقام‌های دولتی فقط جایی که قانون بخواهد آن را می‌گیرند.

تا کی
تا وقتی برای موارد بالا لازم است یا تا حذف آن را بخواهید، مگر آنچه قانون ما را به نگهداری آن وامی‌دارد.

حقوق شما
می‌توانید داده‌های خود را بدانید، ببینید، درست کنید، پاک کنید، محدود کنید، اعتراض کنید، موافقت را هر زمان پس بگیرید و شکایت کنید. از کارکنان ${branch} بپرسید؛ ظرف دو روز کاری پاسخ می‌دهیم. پس گرفتن موافقت آنچه را پیش از آن انجام شده بی‌اثر نمی‌کند. برای کودکان، پدر، مادر یا سرپرست موافقت می‌کند.`;
}

function marketingInPersian(company: string): string {
  return `هر راه را جداگانه برمی‌گزینید. از هر راهی که علامت بزنید، و نه از راه دیگر، ${company} می‌تواند با شمارهٔ تلفن یا ایمیل و نامی که داده‌اید پیشنهادها، تبریک‌ها و خبرهای خود را برایتان بفرستد.

انتخاب با شماست. اگر کادرها را خالی بگذارید وای‌فای همچنان رایگان و یکسان است. سکوت به معنی موافقت نیست.

مشخصات تماس شما را برای تبلیغ به دیگران نمی‌دهیم. هر زمان می‌توانید هر یک را پس بگیرید: در صفحهٔ «داده‌ها و رضایت‌های شما» در همین وای‌فای، با راهی که در هر پیام آمده است یا با گفتن به کارکنان. پس از آن از آن راه تبلیغ دیگری نمی‌گیرید.`;
}
