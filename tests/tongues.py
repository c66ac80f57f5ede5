"""People and texts in twenty-one languages, for what must be right in any of them."""

# A line a sentence, however long.
# ruff: noqa: E501

from typing import NamedTuple


class Told(NamedTuple):
    """In one language: an ego, two alters that are fit to enter, and a text that has nothing to do with them."""

    ego: str
    good: tuple[str, str]
    passage: str


ENGLISH_EGO = "A retired teacher who teaches children to keep bees in a village by the river"
TOLD = {
    "en": Told(
        ENGLISH_EGO,
        (
            "A bus driver from Peru who carries jars of honey to the market on Saturdays and mends old radios",
            "A beekeepers' accountant who plays the violin at weddings and knows every farm of the valley",
        ),
        "The ferry to the islands will not run from Monday to Thursday while the engine is repaired. "
        "Those who need ice for the fish market should ask at the harbour office.",
    ),
    "es": Told(
        "Una maestra jubilada que enseña a los niños a criar abejas en un pueblo junto al río",
        (
            "Un conductor de autobús de Perú que lleva de pueblo en pueblo tarros de miel y colecciona postales de barcos",
            "Una vecina de Nueva York que me parece a mí la mejor modista de la calle, y que habla de persona a persona",
        ),
        "El transbordador a las islas no saldrá de lunes a jueves mientras se repara el motor. "
        "Quien necesite hielo para la lonja debe preguntar en la oficina del puerto.",
    ),
    "de": Told(
        "Eine pensionierte Lehrerin, die Kindern in einem Dorf am Fluss beibringt, Bienen zu halten",
        (
            "Ein Busfahrer aus Bad Tölz, der samstags Honiggläser auf den Wochenmarkt bringt und alte Radios repariert",
            "Eine Steuerberaterin, die auf der Hochzeit der Nachbarn Geige spielt und jeden Hof der Gegend kennt, der Äpfel hat",
        ),
        "Die Fähre zu den Inseln fährt von Montag bis Donnerstag nicht, weil der Motor repariert wird. "
        "Wer Eis für den Fischmarkt braucht, fragt bitte im Hafenbüro nach.",
    ),
    "fr": Told(
        "Une institutrice à la retraite qui apprend aux enfants à élever des abeilles dans un village au bord de la rivière",
        (
            "Un chauffeur de bus de Lyon qui porte des pots de miel au marché le samedi et répare de vieilles radios",
            "Une comptable de la vallée de la Loire qui joue de la mine de plomb et dessine les fermes de la région",
        ),
        "Le bac pour les îles ne partira pas du lundi au jeudi pendant que le moteur est réparé. "
        "Ceux qui ont besoin de glace pour le marché doivent s'adresser au bureau du port.",
    ),
    "it": Told(
        "Una maestra in pensione che insegna ai bambini ad allevare le api in un paese vicino al fiume",
        (
            "I pescatori di una cooperativa di Chioggia che il sabato portano il pesce al mercato e riparano vecchie radio",
            "Una contabile che suona il violino ai matrimoni e conosce ogni fattoria della valle",
        ),
        "Il traghetto per le isole non partirà da lunedì a giovedì mentre si ripara il motore. "
        "Chi ha bisogno di ghiaccio per il mercato del pesce chieda all'ufficio del porto.",
    ),
    "pl": Told(
        "Emerytowana nauczycielka, która uczy dzieci hodować pszczoły w wiosce nad rzeką",
        (
            "Kierowca autobusu, który w soboty wozi słoiki miodu na targ we Wrocławiu i my wszyscy znamy jego radia",
            "Księgowa, która gra na skrzypcach na weselach i zna każde gospodarstwo w dolinie",
        ),
        "Prom na wyspy nie będzie kursował od poniedziałku do czwartku, dopóki silnik nie zostanie naprawiony. "
        "Kto potrzebuje lodu na targ rybny, niech pyta w biurze portu.",
    ),
    "tr": Told(
        "Nehir kıyısındaki bir köyde çocuklara arıcılık öğreten emekli bir öğretmen",
        (
            "Her cumartesi pazara bal kavanozları taşıyan ve eski radyoları yavaş yavaş onaran bir otobüs şoförü",
            "Düğünlerde keman çalan ve vadideki her çiftliği tanıyan bir muhasebeci",
        ),
        "Adalara giden feribot motor onarılırken pazartesiden perşembeye kadar çalışmayacak. "
        "Balık pazarı için buza ihtiyacı olanlar liman ofisine sorsun.",
    ),
    "id": Told(
        "Seorang pensiunan guru yang mengajari anak-anak beternak lebah di desa tepi sungai",
        (
            "Seorang sopir bus dari Medan yang membawa botol madu ke pasar setiap Sabtu dan memperbaiki radio tua",
            "Seorang akuntan yang bermain biola untuk anak-anak di pesta dan mengenal semua kebun di lembah",
        ),
        "Kapal feri ke pulau tidak akan berjalan dari Senin sampai Kamis selama mesin diperbaiki. "
        "Siapa yang perlu es untuk pasar ikan harus bertanya di kantor pelabuhan.",
    ),
    "sw": Told(
        "Mwalimu mstaafu anayewafundisha watoto kufuga nyuki katika kijiji kando ya mto",
        (
            "Dereva wa basi kutoka Mwanza anayepeleka chupa za asali sokoni kila Jumamosi na kutengeneza redio za zamani",
            "Mhasibu anayepiga fidla kwenye harusi polepole na kujua kila shamba la bonde lile",
        ),
        "Kivuko cha visiwani hakitafanya kazi kuanzia Jumatatu hadi Alhamisi wakati injini inatengenezwa. "
        "Wanaohitaji barafu kwa soko la samaki waulize katika ofisi ya bandari.",
    ),
    "ru": Told(
        "Учительница на пенсии, которая учит детей разводить пчёл в деревне у реки",
        (
            "Водитель автобуса из Нижнего Новгорода, который по субботам возит мёд на рынок и чинит старые радиоприёмники",
            "Бухгалтер, играющая на скрипке на свадьбах и знающая каждую ферму в долине",
        ),
        "Паром на острова не будет ходить с понедельника по четверг, пока чинят двигатель. "
        "Кому нужен лёд для рыбного рынка, пусть спросит в конторе порта.",
    ),
    "ar": Told(
        "معلمة متقاعدة تعلم الأطفال تربية النحل في قرية بجانب النهر",
        (
            "سائق حافلة من أسوان ينقل برطمانات العسل إلى السوق كل سبت ويصلح أجهزة الراديو القديمة",
            "محاسبة تعزف الكمان في الأعراس",
        ),
        "لن تعمل العبارة إلى الجزر من الاثنين إلى الخميس ريثما يتم إصلاح المحرك. "
        "من يحتاج إلى الثلج لسوق السمك فليسأل في مكتب الميناء.",
    ),
    "he": Told(
        "מורה בגמלאות שמלמדת ילדים לגדל דבורים בכפר ליד הנהר",
        (
            "נהג אוטובוס מחיפה שמביא צנצנות דבש לשוק בכל שבת ומתקן לאט לאט מכשירי רדיו ישנים",
            "רואת חשבון שמנגנת בכינור בחתונות ומכירה כל חווה בעמק",
        ),
        "המעבורת לאיים לא תפעל מיום שני עד יום חמישי בזמן שהמנוע מתוקן. מי שצריך קרח לשוק הדגים ישאל במשרד הנמל.",
    ),
    "hi": Told(
        "नदी किनारे के गाँव में बच्चों को मधुमक्खी पालन सिखाने वाली एक सेवानिवृत्त शिक्षिका",
        (
            "पटना का एक बस चालक जो हर शनिवार बाज़ार में शहद के मर्तबान पहुँचाता है और धीरे धीरे पुराने रेडियो ठीक करता है",
            "शादियों में वायलिन बजाने वाली एक लेखाकार जो घाटी के हर खेत को जानती है",
        ),
        "इंजन की मरम्मत होने तक द्वीपों की नौका सोमवार से गुरुवार तक नहीं चलेगी। "
        "जिन्हें मछली बाज़ार के लिए बर्फ़ चाहिए वे बंदरगाह के दफ़्तर में पूछें।",
    ),
    "am": Told(
        "በወንዝ ዳር ባለ መንደር ልጆችን ንብ ማርባት የምታስተምር ጡረታ የወጣች መምህርት",
        (
            "በየቅዳሜው የማር ማሰሮዎችን ወደ ገበያ የሚወስድና አሮጌ ራዲዮዎችን የሚጠግን የአውቶቡስ ሹፌር",
            "በሠርግ ላይ ቫዮሊን የምትጫወትና የሸለቆውን እርሻ ሁሉ የምታውቅ የሒሳብ ባለሙያ",
        ),
        "ሞተሩ እስኪጠገን ድረስ ወደ ደሴቶቹ የሚሄደው ጀልባ ከሰኞ እስከ ሐሙስ አይሠራም። ለዓሣ ገበያ በረዶ የሚፈልጉ በወደቡ ቢሮ ይጠይቁ።",
    ),
    "ko": Told(
        "강가 마을에서 아이들에게 양봉을 가르치는 은퇴한 교사",
        (
            "토요일마다 꿀단지를 시장에 나르고 낡은 라디오를 고치는 부산의 버스 기사",
            "결혼식에서 바이올린을 켜고 골짜기의 모든 농장을 아는 회계사",
        ),
        "엔진을 수리하는 동안 월요일부터 목요일까지 섬으로 가는 배가 다니지 않습니다. "
        "어시장에 얼음이 필요한 사람은 항구 사무실에 문의하십시오.",
    ),
    "ja": Told(
        "川辺の村で子どもたちに養蜂を教える退職した教師",
        (
            "土曜日ごとに蜂蜜の瓶を市場へ運び、古いラジオを修理している長崎のバス運転手",
            "結婚式でバイオリンを弾き、谷のすべての農場を知っている会計士",
        ),
        "エンジンの修理のため、島へのフェリーは月曜日から木曜日まで運航しません。魚市場で氷が必要な方は港の事務所へお問い合わせください。",
    ),
    "zh": Told(
        "一位在河边村庄教孩子们养蜂的退休教师",
        (
            "一位每逢周六把蜂蜜运到集市、闲时修理旧收音机的公交车司机",
            "一名在婚礼上拉小提琴的会计，山谷里每座农场都认识她",
        ),
        "由于发动机维修，开往群岛的渡轮从星期一到星期四停运。鱼市需要冰块的人请到港口办公室咨询。",
    ),
    "th": Told(
        "ครูเกษียณที่สอนเด็กเลี้ยงผึ้งในหมู่บ้านริมแม่น้ำ",
        (
            "คนขับรถเมล์จากเชียงใหม่ที่ขนขวดน้ำผึ้งไปตลาดทุกวันเสาร์และซ่อมวิทยุเก่า",
            "นักบัญชีที่เล่นไวโอลินในงานแต่งงานและรู้จักฟาร์มทุกแห่งในหุบเขา",
        ),
        "เรือข้ามฟากไปเกาะจะหยุดเดินตั้งแต่วันจันทร์ถึงวันพฤหัสบดีระหว่างซ่อมเครื่องยนต์ ผู้ที่ต้องการน้ำแข็งสำหรับตลาดปลาให้สอบถามที่สำนักงานท่าเรือ",
    ),
    "lo": Told(
        "ຄູບຳນານທີ່ສອນເດັກນ້ອຍລ້ຽງເຜິ້ງຢູ່ບ້ານແຄມແມ່ນ້ຳ",
        (
            "ຄົນຂັບລົດເມຈາກປາກເຊທີ່ຂົນໂຖນ້ຳເຜິ້ງໄປຕະຫຼາດທຸກວັນເສົາແລະສ້ອມແປງວິທະຍຸເກົ່າ",
            "ນັກບັນຊີທີ່ຫຼິ້ນໄວໂອລິນໃນງານແຕ່ງດອງແລະຮູ້ຈັກທຸກສວນໃນຮ່ອມພູ",
        ),
        "ເຮືອຂ້າມຟາກໄປເກາະຈະບໍ່ແລ່ນແຕ່ວັນຈັນຫາວັນພະຫັດໃນເວລາສ້ອມເຄື່ອງຈັກ ຜູ້ທີ່ຕ້ອງການນ້ຳກ້ອນໃຫ້ຖາມຢູ່ຫ້ອງການທ່າເຮືອ",
    ),
    "km": Told(
        "គ្រូចូលនិវត្តន៍ដែលបង្រៀនក្មេងចិញ្ចឹមឃ្មុំនៅភូមិក្បែរទន្លេ",
        (
            "អ្នកបើកឡានក្រុងពីបាត់ដំបងដែលដឹកក្រឡទឹកឃ្មុំទៅផ្សាររៀងរាល់ថ្ងៃសៅរ៍ហើយជួសជុលវិទ្យុចាស់",
            "គណនេយ្យករដែលលេងវីយូឡុងក្នុងពិធីមង្គលការហើយស្គាល់ចម្ការទាំងអស់ក្នុងជ្រលងភ្នំ",
        ),
        "សាឡាងទៅកោះនឹងឈប់ដំណើរការពីថ្ងៃច័ន្ទដល់ថ្ងៃព្រហស្បតិ៍ខណៈពេលជួសជុលម៉ាស៊ីន។ អ្នកត្រូវការទឹកកកសូមសួរនៅការិយាល័យកំពង់ផែ។",
    ),
    "my": Told(
        "မြစ်ကမ်းနားရွာတွင်ကလေးများကိုပျားမွေးနည်းသင်ပေးသောအငြိမ်းစားဆရာမ",
        (
            "စနေနေ့တိုင်းပျားရည်ပုလင်းများကိုဈေးသို့ပို့ပြီးရေဒီယိုအဟောင်းများပြုပြင်သောဘတ်စ်ကားမောင်းသမား",
            "မင်္ဂလာဆောင်များတွင်တယောထိုးပြီးတောင်ကြားရှိခြံတိုင်းကိုသိသောစာရင်းကိုင်",
        ),
        "အင်ဂျင်ပြင်နေစဉ်ကျွန်းသို့သွားသောကူးတို့သင်္ဘောသည်တနင်္လာနေ့မှကြာသပတေးနေ့အထိမပြေးပါ။ ရေခဲလိုသူများဆိပ်ကမ်းရုံးတွင်မေးပါ။",
    ),
}
UNSPACED = ("ja", "zh", "th", "lo", "km", "my")


def shortened(text: str) -> str:
    """The text without its last word, or without its last letters where no space parts words."""
    return text.rsplit(" ", 1)[0] if " " in text else text[:-3]
