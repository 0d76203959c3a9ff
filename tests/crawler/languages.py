"""Pages as people of East Asia write them, with the encodings they wrote them in.

Of each language there is a paragraph of a blog, a gallery of one title and some captions, and a
title alone.
"""

JAPANESE = (
    (
        "昨日は雨でしたが、今朝は晴れたので、近所の公園まで散歩に出かけました。池のほとりの"
        "薔薇がちょうど見頃で、カメラを持った人が何人もいました。白い花には小さな蜂が来ていて、"
        "しばらく眺めていても飽きません。帰りに駅前の髙橋さんの店でパンを二つ買いました。"
    ),
    "秋桜写真 コスモス ダリア キキョウ",
    "薔薇の写真",
)
KOREAN = (
    (
        "어제는 비가 왔지만 오늘 아침에는 날씨가 맑아서 가까운 공원까지 산책을 나갔습니다. "
        "연못가의 장미가 마침 활짝 피어서 카메라를 든 사람들이 많았습니다. 하얀 꽃에는 작은 "
        "벌이 앉아 있었고 한참을 바라봐도 질리지 않았습니다. 돌아오는 길에 빵을 두 개 샀습니다."
    ),
    "봄꽃 사진 장미 튤립 국화",
    "장미 사진 모음",
)
SIMPLIFIED = (
    (
        "昨天下了一整天的雨，今天早上终于放晴了，我就到附近的公园去散步。池塘边的玫瑰花开得"
        "正好，有不少人带着相机来拍照。白色的花上停着一只小蜜蜂，看了很久也不觉得厌倦。回家的"
        "路上，我在车站前面的店里买了两个面包。"
    ),
    "春天的花园图片：玫瑰、郁金香、菊花",
    "我家花园里的玫瑰花照片",
)
TRADITIONAL = (
    (
        "昨天下了一整天的雨，今天早上終於放晴了，我就到附近的公園去散步。池塘邊的玫瑰花開得"
        "正好，有不少人帶著相機來拍照。白色的花上停著一隻小蜜蜂，看了很久也不覺得厭倦。回家的"
        "路上，我在車站前面的店裡買了兩個麵包。"
    ),
    "春天的花園圖片：玫瑰、鬱金香、菊花",
    "我家花園裡的玫瑰花照片",
)
UNICODE = ("utf-8", "utf-16le", "utf-16be")
WRITTEN = [
    (texts, label)
    for texts, labels in (
        (JAPANESE, ("shift_jis", "euc-jp", "iso-2022-jp", *UNICODE)),
        (KOREAN, ("euc-kr", *UNICODE)),
        (SIMPLIFIED, ("gb2312", "gbk", "gb18030", *UNICODE)),
        (TRADITIONAL, ("big5", *UNICODE)),
    )
    for label in labels
]
