"""Addresses of follow-up pages, under `followups/`."""

from django.urls import path

from followups.views import (
    acts,
    behind,
    board,
    dispatch_board,
    dissatisfactions,
    home,
    leave,
    mine,
    orders,
    protocol,
    quality,
    results,
    review,
    runs,
    ward,
    workbench,
)

app_name = "followups"

urlpatterns = [
    path("", home.home, name="home"),
    path("calls/", workbench.workbench, name="workbench"),
    path("mine/", mine.mine, name="mine"),
    path("mine/leave/", leave.leave, name="leave"),
    path("dispatch/", dispatch_board.board, name="dispatch"),
    path("act/", acts.act, name="act"),
    path("review/", review.queue, name="review"),
    path("review/<uuid:public_id>/", review.decide, name="decide"),
    path("ward/", ward.ward, name="ward"),
    path("ward/even-out/", ward.even_out, name="even-out"),
    path("ward/print/", ward.print_list, name="print-ward"),
    path("board/", board.board, name="board"),
    path("board/score/<int:pk>/", board.score, name="score"),
    path("quality/", quality.quality, name="quality"),
    path("behind/", behind.behind, name="behind"),
    path("dissatisfactions/", dissatisfactions.listed, name="dissatisfactions"),
    path("dissatisfactions/<uuid:public_id>/", dissatisfactions.one, name="dissatisfaction"),
    path("figures/", behind.how_figures_are_counted, name="figures"),
    path("protocol/", protocol.protocol, name="protocol"),
    path("orders/<uuid:public_id>/", orders.order, name="order"),
    path("orders/<uuid:public_id>/result/", mine.result, name="result"),
    path("orders/<uuid:public_id>/start/", results.start, name="start"),
    path("orders/<uuid:public_id>/record/", results.record, name="record"),
    path("orders/<uuid:public_id>/draft/", results.draft, name="draft"),
    path("orders/<uuid:public_id>/kept/", results.kept, name="kept"),
    path("orders/<uuid:public_id>/hand-over/", acts.transfer, name="transfer"),
    path("orders/<uuid:public_id>/resume/", runs.resume, name="resume"),
    path("orders/<uuid:public_id>/end/", runs.end, name="end"),
    path("orders/<uuid:public_id>/tier/", orders.change_tier, name="tier"),
    path("orders/<uuid:public_id>/file/", orders.file, name="file"),
    path("orders/<uuid:public_id>/why/", orders.explain, name="explain"),
    path("orders/<uuid:public_id>/print/", orders.print_record, name="print"),
]
